import Diagnostics
import LanguageModels

/// Which linear layers an adapter changes.
public enum AdapterTargets: Sendable, Equatable, CustomStringConvertible {
  /// Every linear layer inside the blocks, never the head or the embedding.
  case all
  /// Layers whose name ends so: `q_proj`, `mlp.down_proj`.
  case names([String])

  /// Whether a layer is among them.
  func include(_ name: String) -> Bool {
    switch self {
    case .all: true
    case .names(let names): names.contains { name == $0 || name.hasSuffix("." + $0) }
    }
  }

  /// The layers' names as PEFT's `target_modules` lists them.
  func names(_ model: DecoderConfiguration) -> [String] {
    switch self {
    case .all: model.linearRoles
    case .names(let names): names
    }
  }

  /// The names that no layer of a model has.
  func problems(for model: DecoderConfiguration) -> [AdapterProblem] {
    guard case .names(let names) = self else { return [] }
    let (linears, roles) = (model.linears, model.linearRoles)
    return names.filter { name in !linears.contains { AdapterTargets.names([name]).include($0.name) } }.map { name in
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
    }
  }
}
