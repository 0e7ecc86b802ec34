import Autodiff
import Checkpoints
import Tensors

extension LanguageModel {
  /// Makes a model whose weights have the shapes and types of a real one's and meaningless values, in no time: to measure
  /// what it costs, or to rehearse it.
  ///
  /// - Parameters:
  ///   - trainable: whether the weights are to be trained.
  ///   - master: what they are then.
  ///   - stored: what a weight of some name is stored as; a weight that is only read is held accordingly.
  public convenience init(
    standingInFor configuration: DecoderConfiguration, precision: ElementType, trainable: Bool,
    master: MasterWeights = .float32, stored: (_ name: String) -> StoredType
  ) {
    var stream = RandomStream(seed: 0, purpose: "stand-in")
    let values = (0..<4096).map { _ in Float(stream.normal() * configuration.initializerRange) }
    self.init(configuration, precision: precision) { weight in
      let type = weight.heldType(
        stored: stored(weight.name), precision: precision, trainable: trainable, master: master)
      // The values of a norm decide how its derivative is computed, so they must be ordinary ones.
      let tensor =
        weight.kind == .norm
        ? Tensor(repeating: 1, weight.shape, type) : Tensor(cycling: values, weight.shape, type)
      return Variable(tensor, requiresGradient: trainable)
    }
  }
}
