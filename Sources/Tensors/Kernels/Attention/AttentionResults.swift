import CKernels

/// What gathered query rows have seen so far: for each row the largest score, Σ 2^(s - largest), and Σ 2^(s - largest) v.
struct AttentionResults {
  let maxima: Tensor
  let sums: Tensor
  /// `[N, D]`.
  let values: Tensor

  init(rows: Int, width: Int) {
    maxima = Tensor(repeating: -.infinity, [rows])
    sums = Tensor.zeros([rows])
    values = Tensor.zeros([rows, width])
  }

  /// Divides by the sums and writes the rows to `[T, H·D]`, and log₂ Σ 2^s to `[H, T]`.
  func write(_ rows: AttentionRows, to output: Tensor, logSums: Tensor) {
    output.elementType.choose(
      float32: write(rows, attune_attention_finish_f32, to: output, logSums: logSums),
      bfloat16: write(rows, attune_attention_finish_bf16, to: output, logSums: logSums))
  }

  private typealias Kernel<Element> = (
    UnsafePointer<Float>?, UnsafePointer<Float>?, UnsafePointer<Float>?, UnsafeMutablePointer<Element>?, Int, Int, Int,
    UnsafeMutablePointer<Float>?
  ) -> Void

  private func write<Element: StoredElement>(
    _ rows: AttentionRows, _ kernel: Kernel<Element>, to output: Tensor, logSums: Tensor
  ) {
    let width = rows.geometry.headWidth
    for run in rows.runs {
      kernel(
        sums.pointer + run.place, maxima.pointer + run.place, values.pointer + run.place * width,
        output.elements(from: rows.element(of: run)), output.shape[1], run.rows.count, width,
        logSums.pointer + run.head * logSums.shape[1] + run.rows.lowerBound)
    }
  }
}
