import CKernels

/// The scores of a block of queries and keys, `[blockRows, blockKeys]`, and what becomes of them as a factor of the next
/// product, in the queries' element type.
struct AttentionScores {
  private let values: Tensor
  private let rounded: Tensor

  /// - Parameter type: that of the queries.
  init(_ type: ElementType) {
    let shape: Shape = [AttentionGeometry.blockRows, AttentionGeometry.blockKeys]
    values = Tensor(uninitialized: shape)
    rounded = type == .float32 ? values : Tensor(uninitialized: shape, type)
  }

  /// Where a product of some rows goes.
  func target(rows: Int) -> MatrixOperand { MatrixOperand(values).rows(0..<rows) }

  /// The factor, of some rows and columns.
  func factor(rows: Int, columns: Int) -> MatrixOperand {
    MatrixOperand(rounded).rows(0..<rows).columns(0..<columns)
  }

  /// Scores of rows from one on.
  func scores(from row: Int) -> UnsafeMutablePointer<Float> { values.pointer + row * AttentionGeometry.blockKeys }

  /// The factor's rows from one on.
  func elements<Element: StoredElement>(from row: Int) -> UnsafeMutablePointer<Element> {
    rounded.elements(from: row * AttentionGeometry.blockKeys)
  }

  /// Replaces the scores of a run by its probabilities without their common divisor: the running softmax.
  ///
  /// - Parameter row: the run's first row in the block.
  func applySoftmax(
    _ geometry: AttentionGeometry, _ run: AttentionRows.Run, at row: Int, _ sight: AttentionSight, keys: Int,
    _ results: AttentionResults
  ) {
    typealias Kernel<Element> = (
      UnsafePointer<Float>?, UnsafeMutablePointer<Element>?, Int, Int, Int, Int, Int, Float,
      UnsafeMutablePointer<Float>?,
      UnsafeMutablePointer<Float>?, UnsafeMutablePointer<Float>?, Int
    ) -> Void
    func apply<Element: StoredElement>(_ kernel: Kernel<Element>) {
      kernel(
        scores(from: row), elements(from: row), AttentionGeometry.blockKeys, run.rows.count, keys, sight.hidden,
        sight.visible, geometry.binaryScale, results.maxima.pointer + run.place, results.sums.pointer + run.place,
        results.values.pointer + run.place * geometry.headWidth, geometry.headWidth)
    }
    rounded.elementType.choose(
      float32: apply(attune_attention_softmax_f32), bfloat16: apply(attune_attention_softmax_bf16))
  }

  /// Replaces the scores of a run by its probabilities P, and `upstream`, which holds ∂P, by ∂s = P (∂P - delta) / √D.
  func applyGradient(
    _ geometry: AttentionGeometry, _ run: AttentionRows.Run, at row: Int, _ sight: AttentionSight, keys: Int,
    upstream: AttentionScores, logSums: UnsafePointer<Float>, deltas: UnsafePointer<Float>
  ) {
    typealias Kernel<Element> = (
      UnsafePointer<Float>?, UnsafePointer<Float>?, UnsafeMutablePointer<Element>?, UnsafeMutablePointer<Element>?, Int,
      Int, Int, Int, Int, Float, Float, UnsafePointer<Float>?, UnsafePointer<Float>?
    ) -> Void
    func apply<Element: StoredElement>(_ kernel: Kernel<Element>) {
      kernel(
        scores(from: row), upstream.scores(from: row), elements(from: row), upstream.elements(from: row),
        AttentionGeometry.blockKeys, run.rows.count, keys, sight.hidden, sight.visible, geometry.binaryScale,
        geometry.scale, logSums, deltas)
    }
    rounded.elementType.choose(
      float32: apply(attune_attention_gradient_f32), bfloat16: apply(attune_attention_gradient_bf16))
  }
}
