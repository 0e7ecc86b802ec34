import Autodiff
import LanguageModels
import Tensors

extension AdapterConfiguration.LowRank {
  /// s: what B A is multiplied by at a layer.
  public func scale(rank: Int, alpha: Double) -> Float {
    switch scaling {
    case .standard: Float(alpha / Double(rank))
    case .rankStabilized: Float(alpha / Double(rank).squareRoot())
    }
  }

  /// α of a layer by its name.
  func alpha(of name: String) -> Double {
    alphaPattern.first { (name == $0.key || name.hasSuffix("." + $0.key)) }?.value ?? alpha
  }

  /// r of a layer by its name.
  func rank(of name: String) -> Int {
    rankPattern.first { (name == $0.key || name.hasSuffix("." + $0.key)) }?.value ?? rank
  }

  /// Puts LoRA, or DoRA, at every layer that is asked for.
  func build(on model: LanguageModel, _ tensors: AdapterTensors, decomposed: Bool) throws -> Attachments {
    var attachments = Attachments()
    for (layer, linear) in model.linears {
      let place = fileNamePrefix + linear.name
      guard tensors.areRead ? tensors.has(place + ".lora_A.weight") : includes(linear.name, layer: layer) else {
        continue
      }
      let change = try lowRank(linear, place, tensors)
      attachments.linears[linear.name] =
        decomposed ? WeightDecomposed(change, magnitude: try magnitude(linear, place, tensors)) : change
    }
    try trainWhole(trainAlso, on: model, tensors, &attachments)
    return attachments
  }

  /// Whether a layer of the model gets a change.
  func includes(_ name: String, layer: Int) -> Bool {
    guard layers?.contains(layer) ?? true else { return false }
    return targets.include(name)
  }

  private func lowRank(_ linear: Linear, _ place: String, _ tensors: AdapterTensors) throws -> LowRank {
    let (inputs, outputs, rank) = (linear.inputs, linear.outputs, rank(of: linear.name))
    let scale = scale(rank: rank, alpha: alpha(of: linear.name))
    let isPrincipal = tensors.areRead ? tensors.has(place + ".lora_A_start.weight") : initialization == .pissa
    let principal = isPrincipal && !tensors.areRead ? principalParts(linear, rank: rank, scale: scale) : nil
    let a = try tensors.make(place + ".lora_A.weight", [rank, inputs]) { stream in
      // Kaiming-uniform with a = √5, as PEFT and torch's linear layers have it: ± 1/√in.
      let bound = 1 / Double(inputs).squareRoot()
      return principal?.a.copy() ?? stream.uniformTensor([rank, inputs], from: -bound, to: bound)
    }
    let b = try tensors.make(
      place + ".lora_B.weight", [outputs, rank], learningRateFactor: learningRateRatio
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
    return LowRank(name: linear.name, a: a, b: b, scale: scale, dropoutRate: Float(dropout), start: start)
  }

  /// A = √Σ Vᵀ and B = U √Σ of the r largest singular values of W₀ / s (2404.02948, eq. 2 and 3).
  private func principalParts(_ linear: Linear, rank: Int, scale: Float) -> (a: Tensor, b: Tensor) {
    if Rehearsal.isOn { return (.zeros([rank, linear.inputs]), .zeros([linear.outputs, rank])) }
    let weight = linear.weight.variable.value.cast(to: .float32)
    let values = SingularValues(of: weight, count: rank)
    return values.balancedFactors(scale: 1 / scale)
  }

  private func magnitude(_ linear: Linear, _ place: String, _ tensors: AdapterTensors) throws -> Variable {
    try tensors.make(place + ".lora_magnitude_vector", [linear.outputs]) { _ in
      let weight = linear.weight.variable.value.cast(to: .float32)
      return rowDots(weight, weight).map { $0.squareRoot() }
    }
  }
}

extension AdapterConfiguration.Targets {
  /// Whether a layer is meant, by the end of its name.
  func include(_ name: String) -> Bool {
    switch self {
    case .all: true
    case .names(let names): names.contains { name == $0 || name.hasSuffix("." + $0) }
    }
  }
}
