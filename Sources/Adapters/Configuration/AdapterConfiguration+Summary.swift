extension AdapterConfiguration {
  /// The adapter in a line: method, size, and the scale as it is used.
  public var summary: String {
    switch self {
    case .lora(let settings): settings.summary(name: settings.initialization == .pissa ? "LoRA (PiSSA)" : "LoRA")
    case .dora(let settings): settings.summary(name: "DoRA")
    case .prefix(let settings):
      "prefix of \(settings.length) positions"
        + (settings.reparameterizationHidden.map { ", computed by a network of width \($0) while training" } ?? "")
    case .prompt(let settings): "prompt of \(settings.length) positions"
    case .bottleneck(let settings):
      "bottleneck adapters, \(settings.placement.rawValue), "
        + (settings.width.description) + ", \(settings.activation.rawValue)"
    case .ia3(let settings): "IA3 on \(settings.targets.description)"
    case .biasNorm: "biases and norms"
    }
  }
}

extension AdapterConfiguration.LowRank {
  fileprivate func summary(name: String) -> String {
    let rule = scaling == .standard ? "α / r" : "α / √r"
    let scale = scale(rank: rank, alpha: alpha)
    return "\(name) of rank \(rank) on \(targets.description), scale \(rule) = \(scale)"
      + (trainAlso.isEmpty ? "" : ", and \(trainAlso.joined(separator: ", ")) whole")
  }
}

extension AdapterConfiguration.Targets: CustomStringConvertible {
  /// The layers' names.
  public var description: String {
    switch self {
    case .all: "all linear layers"
    case .names(let names): names.joined(separator: ", ")
    }
  }
}

extension AdapterConfiguration.Bottleneck.Width: CustomStringConvertible {
  /// Units, or what the model's width is divided by.
  public var description: String {
    switch self {
    case .units(let units): "\(units) units"
    case .reduction(let factor): "the model's width divided by \(factor)"
    }
  }
}
