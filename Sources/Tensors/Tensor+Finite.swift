import CKernels

extension Tensor {
  /// Whether no element is infinite or not a number.
  public var isFinite: Bool {
    if elementType == .bfloat16 { return halves.allSatisfy { $0 & 0x7F80 != 0x7F80 } }
    let piece = 1 << 16
    // Squares of finite float32 numbers, and sums of so few of them, are finite in double.
    return stride(from: 0, to: count, by: piece).allSatisfy { start in
      attune_sum_of_squares(pointer + start, min(piece, count - start)).isFinite
    }
  }
}
