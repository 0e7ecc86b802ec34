import Autodiff
import Tensors

extension LanguageModel {
  /// Makes a model with random weights: normal with the configuration's deviation, norms 1, biases 0, as transformers does.
  public convenience init(
    randomly configuration: DecoderConfiguration, seed: UInt64, precision: ElementType = .float32,
    trainable: Bool = true, master: MasterWeights = .float32
  ) {
    self.init(configuration, precision: precision) { weight in
      let tensor = weight.random(deviation: configuration.initializerRange, seed: seed)
      let type = weight.heldType(
        stored: .float32, precision: precision, trainable: trainable, master: master)
      return Variable(tensor.cast(to: type), requiresGradient: trainable)
    }
  }
}

extension WeightDescription {
  /// A random value. Each weight has a random stream of its own: values do not depend on the order in which they are made.
  func random(deviation: Double, seed: UInt64) -> Tensor {
    switch kind {
    case .norm: return Tensor(repeating: 1, shape)
    case .bias: return Tensor.zeros(shape)
    case .embedding, .head, .score, .linear:
      var stream = RandomStream(seed: seed, purpose: name)
      return stream.normalTensor(shape, deviation: deviation)
    }
  }
}
