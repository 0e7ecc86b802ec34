import Autodiff
import Checkpoints
import Tensors

extension LanguageModel {
  /// Makes a model whose weights have the shapes and types of a real one's and values that mean nothing, in no time: to
  /// measure what it costs, or to rehearse it.
  ///
  /// - Parameters:
  ///   - trainable: whether the weights are to be trained; they are then float32.
  ///   - stored: what a weight of some name is stored as; a weight that is only read is held accordingly.
  public convenience init(
    standingInFor configuration: DecoderConfiguration, precision: ElementType, trainable: Bool,
    stored: (_ name: String) -> StoredType
  ) {
    var stream = RandomStream(seed: 0, purpose: "stand-in")
    let values = (0..<4096).map { _ in Float(stream.normal() * configuration.initializerRange) }
    self.init(configuration, precision: precision) { name, shape in
      let type = Self.heldType(of: name, shape, stored: stored(name), precision: precision, trainable: trainable)
      // Norms decide the way that their derivative goes: these are never left as they come.
      if name.hasSuffix("norm.weight") {
        return Variable(Tensor(repeating: 1, shape, type), requiresGradient: trainable)
      }
      return Variable(Tensor(cycling: values, shape, type), requiresGradient: trainable)
    }
  }

  /// What a weight is held as. Vectors (norms, biases, a score's head) are small and always float32, and so is what is
  /// trained; what products read in bfloat16 anyway need not stand in memory as float32 as well.
  static func heldType(
    of name: String, _ shape: Shape, stored: StoredType, precision: ElementType, trainable: Bool
  ) -> ElementType {
    !trainable && shape.rank > 1 && name != OutputHead.scoreWeight && (stored == .bfloat16 || precision == .bfloat16)
      ? .bfloat16 : .float32
  }
}
