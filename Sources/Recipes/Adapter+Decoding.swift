import Adapters

extension Recipe {
  /// A small set of weights that is trained while the model's own stay as they are.
  public typealias Adapter = AdapterConfiguration
}

extension AdapterConfiguration {
  /// Decodes the section `adapter` of a recipe; nil where it is absent or null.
  init?(_ recipe: Section) {
    guard let node = recipe.value("adapter"), !node.isNull else { return nil }
    let section = recipe.section(of: node, named: "adapter")
    var kind: Kind?
    section.choice("method", &kind)
    guard let kind else {
      if !section.has("method"), !section.isUnclear {
        let methods = Kind.allCases.map(\.rawValue).joined(separator: ", ")
        section.reportMissing("method", "give one of \(methods)")
      }
      section.isUnclear = true
      return nil
    }
    section.kind = "method \(kind.rawValue)"
    switch kind {
    case .lora: self = .lora(LowRank(section))
    case .dora: self = .dora(LowRank(section))
    case .prefix: self = .prefix(Prefix(section))
    case .prompt: self = .prompt(Prompt(section))
    case .bottleneck: self = .bottleneck(Bottleneck(section))
    case .ia3: self = .ia3(IA3(section))
    case .biasNorm: self = .biasNorm
    }
  }

  var resolved: ResolvedValue {
    let fields: [ResolvedValue.Field] =
      switch self {
      case .lora(let settings), .dora(let settings): settings.resolved
      case .prefix(let settings): settings.resolved
      case .prompt(let settings): settings.resolved
      case .bottleneck(let settings): settings.resolved
      case .ia3(let settings): settings.resolved
      case .biasNorm: []
      }
    return .section([("method", .text(method))] + fields)
  }
}
