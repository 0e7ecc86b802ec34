import Autodiff
import Diagnostics
import LanguageModels
import Tensors

extension LoRA {
  /// s: the factor of B A at a layer.
  public func scale(rank: Int, alpha: Double) -> Float {
    switch scaling {
    case .standard: Float(alpha / Double(rank))
    case .rankStabilized: Float(alpha / Double(rank).squareRoot())
    }
  }

  /// Whether a module of the model gets a change when the adapter is made; head and embedding are named, never among all.
  func includes(_ module: TargetModule) -> Bool {
    if let layers { guard let layer = module.layer, layers.contains(layer) else { return false } }
    return targets.includes(module)
  }

  /// A change at every module that the settings choose; for a stored adapter, where its configuration and its file do.
  package func attachments(for model: LanguageModel, _ tensors: AdapterTensors) throws -> Attachments {
    try attachments(for: model, tensors, isWeightDecomposed: false)
  }

  /// What LoRA, or DoRA, attaches.
  func attachments(
    for model: LanguageModel, _ tensors: AdapterTensors, isWeightDecomposed: Bool
  ) throws -> Attachments {
    var attachments = Attachments()
    let maker = ChangeMaker(settings: self, isWeightDecomposed: isWeightDecomposed, model: model, tensors: tensors)
    guard tensors.areRead else {
      for module in model.configuration.targetModules where includes(module) { try maker.attach(module, &attachments) }
      try trainWhole(trainAlso, on: model, tensors, &attachments)
      return attachments
    }
    try checkParameters(of: model.configuration, isWeightDecomposed)
    let plan = StoredChanges(self, isWeightDecomposed: isWeightDecomposed, in: model.configuration) { tensors.has($0) }
    if baseStart != nil, isWeightDecomposed || plan.modules.contains(where: { $0.kind != .layer }) {
      throw AdapterProblem(
        "init_lora_weights",
        "takes a part of the base's weights away, which Attune follows for LoRA inside the blocks alone")
    }
    if let incomplete = plan.incomplete { throw AdapterProblem("target_modules", incomplete) }
    tensors.targeted = Set(plan.targeted + plan.modules.map(\.name))
    tensors.skip(plan.unused + plan.ineffective)
    for module in plan.modules { try maker.attach(module, &attachments) }
    if plan.headSharesEmbedding, let table = attachments.embedding as? LowRankEmbedding {
      attachments.head = LowRank(
        name: model.configuration.vocabularyHeadName, a: table.b.transposed(), b: table.a.transposed(),
        scale: table.scale, dropoutRate: 0, start: nil, bias: nil)
    }
    return attachments
  }

  /// Refuses `target_parameters` that no weight of the model has, or that come with what PEFT does not allow beside them.
  private func checkParameters(of model: DecoderConfiguration, _ isWeightDecomposed: Bool) throws {
    guard let parameters = selection?.parameters, !parameters.isEmpty else { return }
    let weights = model.targetModules.map { $0.name + ".weight" }
    for name in parameters where !weights.contains(where: { AdapterTargets.names([name]).include($0) }) {
      throw AdapterProblem(
        "target_parameters",
        "'\(name)' is no weight of a linear layer, of the head or of the embedding of this model, which are what Attune "
          + "changes.\(suggestion(for: name, in: Set(weights.map(lastTwoParts)).sorted()))")
    }
    if isWeightDecomposed || hasBias {
      throw AdapterProblem("target_parameters", "goes with neither use_dora nor lora_bias, as in PEFT")
    }
  }
}

/// `q_proj.weight` of `model.layers.0.self_attn.q_proj.weight`.
private func lastTwoParts(of name: String) -> String { name.split(separator: ".").suffix(2).joined(separator: ".") }
