import Diagnostics
import LanguageModels
import StrictJSON

/// Which linear layers an adapter changes.
public enum AdapterTargets: Sendable, Equatable, CustomStringConvertible {
  /// Every linear layer inside the blocks, never the head or the embedding.
  case all
  /// Layers whose name ends so: `q_proj`, `mlp.down_proj`.
  case names([String])
  /// Layers whose whole name matches a regular expression; only files have it.
  case pattern(String)

  /// Whether a layer is among them. A pattern that cannot be evaluated includes every layer.
  func include(_ name: String) -> Bool {
    switch self {
    case .all: true
    case .names(let names): names.contains { name == $0 || name.hasSuffix("." + $0) }
    case .pattern(let pattern): NamePattern(pattern)?.matches(name) ?? true
    }
  }

  /// The layers as PEFT's `target_modules` has them.
  func fileValue(_ model: DecoderConfiguration) -> JSONValue {
    switch self {
    case .all: .strings(model.linearRoles)
    case .names(let names): .strings(names)
    case .pattern(let pattern): .string(pattern)
    }
  }

  /// The names that no layer of a model has.
  ///
  /// - Parameter others: modules outside the blocks that can be named too, by their full names.
  func problems(for model: DecoderConfiguration, orAmong others: [String] = []) -> [AdapterProblem] {
    guard case .names(let names) = self else { return [] }
    let (modules, roles) = (model.linears.map(\.name) + others, model.linearRoles)
    return names.filter { name in !modules.contains { AdapterTargets.names([name]).include($0) } }.map { name in
      AdapterProblem(
        "targets",
        "no linear layer is called '\(name)'; there are \(roles.joined(separator: ", ")), or `all`."
          + suggestion(for: name, in: roles))
    }
  }

  /// The layers in words.
  public var description: String {
    switch self {
    case .all: "all linear layers"
    case .names(let names): names.joined(separator: ", ")
    case .pattern(let pattern): "the layers that match \(pattern)"
    }
  }
}
