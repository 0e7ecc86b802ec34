import Diagnostics
import LanguageModels

extension AdapterConfiguration {
  /// What keeps an adapter of these settings from fitting a model, key by key; nothing is computed.
  public func problems(for model: DecoderConfiguration) -> [AdapterProblem] {
    switch self {
    case .lora(let settings): settings.problems(for: model)
    case .dora(let settings):
      settings.problems(for: model)
        + (settings.initialization == .pissa
          ? [AdapterProblem("initialization", "pissa goes with method lora; dora starts from the weight itself")] : [])
    case .prefix(let settings): lengthProblems(settings.length, model)
    case .prompt(let settings): lengthProblems(settings.length, model)
    case .bottleneck(let settings): settings.problems(for: model)
    case .ia3(let settings): settings.targets.problems(for: model)
    case .biasNorm: []
    }
  }

  private func lengthProblems(_ length: Int, _ model: DecoderConfiguration) -> [AdapterProblem] {
    guard length >= model.maximumPositions else { return [] }
    return [
      AdapterProblem(
        "length",
        "\(length) positions leave no room for text: the model's max_position_embeddings is \(model.maximumPositions)")
    ]
  }
}

extension AdapterConfiguration.LowRank {
  fileprivate func problems(for model: DecoderConfiguration) -> [AdapterProblem] {
    var problems = targets.problems(for: model)
    if let stray = layers?.first(where: { !(0..<model.layerCount).contains($0) }) {
      problems.append(
        AdapterProblem("layers", "there is no layer \(stray): the model has layers 0 to \(model.layerCount - 1)"))
    }
    if layers?.isEmpty ?? false { problems.append(AdapterProblem("layers", "the list is empty: name at least one")) }
    let changed = model.linears.filter { includes($0.name, layer: $0.layer) }
    if let narrow = changed.first(where: { min($0.inputs, $0.outputs) < rank }) {
      problems.append(
        AdapterProblem(
          "rank",
          "\(rank) is more than \(narrow.name) has: its weight is \(narrow.outputs) × \(narrow.inputs); "
            + "expected at most \(min(narrow.inputs, narrow.outputs))"))
    }
    let modules = model.outerModules.map(\.role)
    for name in trainAlso where !modules.contains(name) {
      problems.append(
        AdapterProblem(
          "train_also",
          "'\(name)' cannot be trained whole; expected some of \(modules.joined(separator: ", "))."
            + suggestion(for: name, in: modules)))
    }
    let head = model.outerModules.first { $0.kind == .head }?.role
    if model.head == .score, let head, trainAlso.contains(head) {
      problems.append(
        AdapterProblem("train_also", "a reward model has no \(head); its own head, score, is trained always"))
    }
    return problems
  }
}

extension AdapterConfiguration.Targets {
  fileprivate func problems(for model: DecoderConfiguration) -> [AdapterProblem] {
    guard case .names(let names) = self else { return [] }
    let (linears, roles) = (model.linears, model.linearRoles)
    return names.filter { name in
      !linears.contains { AdapterConfiguration.Targets.names([name]).include($0.name) }
    }.map { name in
      AdapterProblem(
        "targets",
        "no linear layer is called '\(name)'; there are \(roles.joined(separator: ", ")), or `all`."
          + suggestion(for: name, in: roles))
    }
  }
}

extension AdapterConfiguration.Bottleneck {
  fileprivate func problems(for model: DecoderConfiguration) -> [AdapterProblem] {
    guard case .units(let units) = width, units > 1 << 20 else { return [] }
    return [AdapterProblem("width", "\(units) units are more than \(1 << 20)")]
  }
}
