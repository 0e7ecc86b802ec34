import Diagnostics
import InstructionData
import StrictJSON

extension Section {
  /// Variables for a model's own template: any names with any values, except the variables that Attune itself sets.
  func templateOptions(_ key: String, _ result: inout JSONObject?) {
    guard let node = value(key) else { return }
    result = nil
    if node.isNull { return }
    guard let entries = node.entries else {
      report(key, expected: "variables with their values, such as {enable_thinking: false}", found: node)
      return
    }
    for entry in entries where ModelTemplate.ownVariables.contains(entry.key) {
      problems.add(
        "\(prefix)\(key).\(entry.key): Attune itself sets this variable for each record; choose another name.",
        at: entry.place)
    }
    let options = JSONValue(node).objectValue
    result = options?.members.isEmpty == true ? nil : options
  }
}
