import CKernels

/// The scores of a block of keys, `[rows, keyColumns]`: computed in float32, multiplied further in the queries' type.
struct AttentionScores {
  private let values: Tensor
  private let rounded: Tensor?

  init(rows: Int, _ type: ElementType) {
    let shape: Shape = [rows, AttentionGeometry.keyColumns]
    values = Tensor(uninitialized: shape)
    rounded = type == .bfloat16 ? Tensor(uninitialized: shape, .bfloat16) : nil
  }

  var pointer: UnsafeMutablePointer<Float> { values.pointer }

  /// The first columns as the result of a product.
  func target(columns: Int) -> MatrixOperand { MatrixOperand(values).columns(0..<columns) }

  /// The first columns as a factor of the next product.
  func operand(columns: Int) -> MatrixOperand {
    guard let rounded else { return target(columns: columns) }
    let stride = AttentionGeometry.keyColumns
    for row in 0..<values.shape[0] {
      attune_narrow(values.pointer + row * stride, rounded.elements(from: row * stride), columns)
    }
    return MatrixOperand(rounded).columns(0..<columns)
  }
}
