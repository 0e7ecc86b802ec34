import Autodiff
import LanguageModels
import Tensors

/// Makes LoRA's change at a module, or DoRA's, with starting values or from a file.
struct ChangeMaker {
  let settings: LoRA
  let isWeightDecomposed: Bool
  let model: LanguageModel
  let tensors: AdapterTensors

  /// Puts the change of a module into what is attached.
  func attach(_ module: TargetModule, _ attachments: inout Attachments) throws {
    switch module.kind {
    case .layer: attachments.linears[module.name] = try linear(module)
    case .head: attachments.head = try linear(module)
    case .embedding: attachments.embedding = try embedding(module)
    }
  }

  private func linear(_ module: TargetModule) throws -> any FoldingAdapter & HeadAdapter {
    let change = try change(at: module)
    guard isWeightDecomposed else { return change }
    return WeightDecomposed(
      change, magnitude: try magnitude(module, count: module.outputs) { rowDots($0, $0) })
  }

  /// The magnitudes, which start as the weight's own, and are those where the file lacks them, as in PEFT.
  private func magnitude(
    _ module: TargetModule, count: Int, squares: (Tensor) -> Tensor
  ) throws -> Variable {
    let own = model.weight(module.name + ".weight").value.cast(to: .float32)
    return try tensors.makeOrStart(module.place + ".lora_magnitude_vector", [count]) { _ in
      squares(own).map { $0.squareRoot() }
    }
  }

  private func embedding(_ module: TargetModule) throws -> any FoldingEmbedding {
    let (rank, alpha) = settings.rankAndAlpha(of: module)
    let scale = settings.scale(rank: rank, alpha: alpha)
    // A weight that target_parameters names has the factors of a linear layer of the table's shape, [V, C].
    if tensors.areRead, tensors.has(module.place + ".lora_A.weight") {
      let a = try tensors.make(module.place + ".lora_A.weight", [rank, module.outputs]) { _ in .zeros([0]) }
      let b = try tensors.make(module.place + ".lora_B.weight", [module.inputs, rank]) { _ in .zeros([0]) }
      return LowRankEmbedding(a: b.transposed(), b: a.transposed(), scale: scale)
    }
    // PEFT's start: A zero, B the standard normal distribution.
    let a = try tensors.make(module.place + ".lora_embedding_A", [rank, module.inputs]) { _ in
      .zeros([rank, module.inputs])
    }
    let b = try tensors.make(
      module.place + ".lora_embedding_B", [module.outputs, rank], learningRateFactor: settings.learningRateRatio
    ) { $0.normalTensor([module.outputs, rank], deviation: 1) }
    let change = LowRankEmbedding(a: a, b: b, scale: scale)
    guard isWeightDecomposed else { return change }
    let magnitude = try magnitude(module, count: module.outputs) { table in
      let columns = withoutGradients { Variable(table).transposed().value }
      return rowDots(columns, columns)
    }
    return DecomposedEmbedding(change, magnitude: magnitude)
  }

  private func change(at module: TargetModule) throws -> LowRank {
    let (place, inputs, outputs) = (module.place, module.inputs, module.outputs)
    let (rank, alpha) = settings.rankAndAlpha(of: module)
    let scale = settings.scale(rank: rank, alpha: alpha)
    let isPrincipal =
      tensors.areRead ? tensors.has(place + ".lora_A_start.weight") : settings.initialization == .pissa
    let principal =
      isPrincipal && !tensors.areRead
      ? settings.principalFactors(of: model.weight(module.name + ".weight").value, rank: rank, scale: scale) : nil
    let a = try tensors.make(place + ".lora_A.weight", [rank, inputs]) { stream in
      // Kaiming-uniform with a = √5, as in PEFT and in torch's linear layers: ± 1/√in.
      let bound = 1 / Double(inputs).squareRoot()
      return principal?.a.copy() ?? stream.uniformTensor([rank, inputs], from: -bound, to: bound)
    }
    let b = try tensors.make(
      place + ".lora_B.weight", [outputs, rank], learningRateFactor: settings.learningRateRatio
    ) { _ in principal?.b.copy() ?? Tensor.zeros([outputs, rank]) }
    var start: (a: Variable, b: Variable)?
    if isPrincipal {
      start = (
        try tensors.make(place + ".lora_A_start.weight", [rank, inputs], learningRateFactor: nil) { _ in
          principal?.a ?? .zeros([rank, inputs])
        },
        try tensors.make(place + ".lora_B_start.weight", [outputs, rank], learningRateFactor: nil) { _ in
          principal?.b ?? .zeros([outputs, rank])
        }
      )
    }
    if start == nil, let base = settings.baseStart {
      guard rank <= min(inputs, outputs) else {
        throw AdapterProblem(
          "init_lora_weights", "\(base.rawValue) has no rank \(rank) at \(outputs) × \(inputs) weights")
      }
      start = base.factors(
        of: model.weight(module.name + ".weight").value.cast(to: .float32), rank: rank, scale: scale)
    }
    let hasBias = settings.hasBias && tensors.has(place + ".lora_B.bias")
    let bias = hasBias ? try tensors.make(place + ".lora_B.bias", [outputs]) { _ in .zeros([outputs]) } : nil
    return LowRank(
      name: module.name, a: a, b: b, scale: scale, dropoutRate: Float(settings.dropout), start: start, bias: bias)
  }
}

extension TargetModule {
  /// What the names of its tensors in files start with.
  var place: String { fileNamePrefix + name }
}

extension LoRA {
  /// r and α of a module: PEFT looks for the weight's name where the weight was targeted, else for the module's.
  func rankAndAlpha(of module: TargetModule) -> (rank: Int, alpha: Double) {
    let name = selection?.namesParameter(module) ?? false ? module.name + ".weight" : module.name
    return (rankPattern.value(of: name) ?? rank, alphaPattern.value(of: name) ?? alpha)
  }
}
