import Checkpoints
import StrictJSON

extension Inspection {
  /// The document of `attune inspect --json`.
  var json: JSONValue {
    var members: [(key: String, value: JSONValue)] = [
      ("path", .string(path)), ("kind", .string(kind)), ("form", .string(form)),
      ("parameters", .integer(parameterCount)), ("bytes", .integer(byteCount)),
      ("tensors", .array(groups.flatMap { group in group.tensors.map { Self.json($0, in: group.name) } })),
    ]
    if isRewardModel { members.append(("reward_model", true)) }
    if let adapter { members.append(("adapter", adapter.json)) }
    for (name, text) in configurations {
      // A configuration that is not JSON becomes a string.
      members.append((name, (try? JSONValue(parsing: text.utf8)) ?? .string(text)))
    }
    if let template { members.append(("template", .string(template))) }
    if let recipe { members.append(("recipe", .string(recipe))) }
    members.append(("provenance", Self.sorted(provenance) { .string($0) }))
    if !state.isEmpty { members.append(("state", Self.sorted(state, Self.json))) }
    members.append(("files", .array(files.map { ["name": .string($0.name), "bytes": .integer($0.byteCount)] })))
    return .members(members)
  }

  private static func json(_ tensor: TensorDescription, in group: String) -> JSONValue {
    [
      "name": .string(tensor.name), "shape": .array(tensor.shape.map { .integer($0) }),
      "dtype": .string(tensor.type.rawValue), "group": .string(group),
    ]
  }

  private static func json(_ value: StateValue) -> JSONValue {
    switch value {
    case .integer(let number): .integer(number)
    case .real(let number): .double(number)
    case .text(let text): .string(text)
    case .words(let words): .array(words.map { .integer($0) })
    }
  }

  private static func sorted<Value>(_ values: [String: Value], _ json: (Value) -> JSONValue) -> JSONValue {
    .members(values.sorted { $0.key < $1.key }.map { ($0.key, json($0.value)) })
  }
}
