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

extension WeightDescription {
  /// What the weight is held as. Vectors (norms, biases, a score's head) are small and always float32, and so is what is
  /// trained; what products read in bfloat16 anyway need not be in memory as float32 as well.
  func heldType(stored: StoredType, precision: ElementType, trainable: Bool) -> ElementType {
    switch kind {
    case .norm, .bias, .score: .float32
    case .embedding, .head, .linear:
      !trainable && (stored == .bfloat16 || precision == .bfloat16) ? .bfloat16 : .float32
    }
  }
}
