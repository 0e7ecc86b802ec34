import Checkpoints
import Tensors

/// How a model's weights are held in memory.
public enum WeightStorage: Sendable {
  /// As float32: what is trained.
  case float32
  /// What is only read: as stored, where that is float32 or bfloat16, and as bfloat16 where the model computes in that.
  /// Float16 becomes float32.
  case asStored
}

/// What a model's weights are while they are trained.
public enum MasterWeights: String, Sendable, CaseIterable {
  /// Float32, beside the bfloat16 copies that products read where the model computes in bfloat16.
  case float32
  /// There are none: the weights are held as products read them, in bfloat16, and every update is rounded at random.
  case none
}

extension WeightDescription {
  /// What the weight is held as. Vectors (norms, biases, a score's head) are small and always float32, and so is what is
  /// trained with master weights; what products read in bfloat16 anyway need not be in memory as float32 as well.
  func heldType(
    stored: StoredType, precision: ElementType, trainable: Bool, master: MasterWeights = .float32
  ) -> ElementType {
    switch kind {
    case .norm, .bias, .score: return .float32
    case .embedding, .head, .linear:
      let isBFloat16 = precision == .bfloat16 || stored == .bfloat16 && !trainable
      return isBFloat16 && !(trainable && master == .float32) ? .bfloat16 : .float32
    }
  }
}
