import CKernels

extension Tensor {
  /// Whether every element is finite: neither infinite nor NaN, nor so large (above about 10¹⁹) that its square overflows
  /// float32.
  public var isFinite: Bool {
    if elementType == .bfloat16 { return bfloat16Bits.allSatisfy { $0 & 0x7F80 != 0x7F80 } }
    let piece = 1 << 16
    return stride(from: 0, to: count, by: piece).allSatisfy { start in
      attune_sum_of_squares(pointer + start, min(piece, count - start)).isFinite
    }
  }
}
