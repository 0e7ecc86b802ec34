import Autodiff
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

  /// Whether a layer of the model gets a change.
  func includes(_ name: String, layer: Int) -> Bool {
    guard layers?.contains(layer) ?? true else { return false }
    return targets.include(name)
  }

  /// A change at every layer that the settings choose or the file has.
  package func attachments(for model: LanguageModel, _ tensors: AdapterTensors) throws -> Attachments {
    try attachments(for: model, tensors) { change, _, _ in change }
  }

  /// What a relative of LoRA attaches to every such layer.
  ///
  /// - Parameter part: makes it from LoRA's change at the layer and the prefix of the layer's names in files.
  func attachments(
    for model: LanguageModel, _ tensors: AdapterTensors,
    part: (_ change: LowRank, Linear, _ place: String) throws -> any LinearAdapter
  ) throws -> Attachments {
    if tensors.areRead { try refuseUnknownModules(of: model.configuration) }
    var attachments = Attachments()
    for (layer, linear) in model.linears {
      let place = fileNamePrefix + linear.name
      guard tensors.areRead ? tensors.has(place + ".lora_A.weight") : includes(linear.name, layer: layer) else {
        continue
      }
      attachments.linears[linear.name] = try part(try change(at: linear, place, tensors), linear, place)
    }
    try trainWhole(trainAlso, on: model, tensors, &attachments)
    return attachments
  }

  /// Refuses a file that trained modules which Attune does not train whole, whether or not it has their tensors.
  private func refuseUnknownModules(of model: DecoderConfiguration) throws {
    let modules = model.outerModules.map(\.role)
    guard let unknown = trainAlso.first(where: { !modules.contains($0) }) else { return }
    throw AdapterProblem(
      "modules_to_save",
      "'\(unknown)' is not a module that Attune trains whole; it knows \(modules.joined(separator: ", "))")
  }

  private func change(at linear: Linear, _ place: String, _ tensors: AdapterTensors) throws -> LowRank {
    let (inputs, outputs, rank) = (linear.inputs, linear.outputs, rank(of: linear.name))
    let scale = scale(rank: rank, alpha: alpha(of: linear.name))
    let isPrincipal = tensors.areRead ? tensors.has(place + ".lora_A_start.weight") : initialization == .pissa
    let principal = isPrincipal && !tensors.areRead ? principalFactors(of: linear, rank: rank, scale: scale) : nil
    let a = try tensors.make(place + ".lora_A.weight", [rank, inputs]) { stream in
      // Kaiming-uniform with a = √5, as in PEFT and in torch's linear layers: ± 1/√in.
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

  /// α of a layer by its name.
  private func alpha(of name: String) -> Double { alphaPattern.value(of: name) ?? alpha }

  /// r of a layer by its name.
  private func rank(of name: String) -> Int { rankPattern.value(of: name) ?? rank }
}
