import CKernels

/// A second factor packed once for several products, each of which the calling thread computes alone, as attention does.
///
/// Its columns are summed in the same order whatever the rows of the first factor are.
struct PackedFactor {
  private let kernels: KernelSet.Kernels
  private let packed: Tensor
  /// For the rows of the first factors.
  private let scratch: Tensor
  /// The length of the sums, and the columns of the result.
  private var (inner, columns) = (0, 0)

  /// Room for factors of up to `inner` rows and `columns` columns.
  init(_ kernels: KernelSet.Kernels, upTo inner: Int, by columns: Int) {
    self.kernels = kernels
    let words = kernels.words(inner)
    packed = Tensor(uninitialized: [(columns + kernels.panel - 1) / kernels.panel * kernels.panel, words])
    scratch = Tensor(uninitialized: [kernels.block, words])
  }

  /// Packs a factor.
  init(_ kernels: KernelSet.Kernels, _ factor: MatrixOperand) {
    self.init(kernels, upTo: factor.rows, by: factor.columns)
    pack(factor)
  }

  /// Replaces the factor.
  mutating func pack(_ factor: MatrixOperand) {
    (inner, columns) = (factor.rows, factor.columns)
    kernels.pack_columns(
      attune_factor(factor, inner: inner, along: factor.isTransposed), 0, columns, packed.pointer, 0,
      kernels.words(inner))
  }

  /// `c = a b`, or `c += a b` where `adding`, in float32.
  ///
  /// - Parameter columns: how many of the first columns are needed; more may be computed.
  func multiply(_ a: MatrixOperand, into c: MatrixOperand, columns needed: Int? = nil, adding: Bool = false) {
    let count = min(columns, ((needed ?? columns) + kernels.panel - 1) / kernels.panel * kernels.panel)
    var factor = attune_factor(a, inner: inner, along: !a.isTransposed)
    kernels.product_f32(
      &factor, 1, packed.pointer, c.elements(), c.stride, 0, a.rows, count, adding ? 1 : 0, scratch.pointer)
  }
}
