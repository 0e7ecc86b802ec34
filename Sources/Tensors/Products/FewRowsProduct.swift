import CKernels

/// A few rows by weight matrices `[n, k]`: at the memory's speed, in the precision that the weights are stored in.
///
/// Every weight is read once for all rows. A row's results are the same, bit for bit, whatever rows are beside it.
enum FewRowsProduct {
  /// One result, `c = Σ a b`.
  typealias Job = (products: [Factors], result: MatrixOperand)

  /// The most rows; the products of more do better with packed weights.
  static let mostRows = 32
  /// Threads share the outputs in runs of so many: a cache line of bfloat16 results and two are written by one thread.
  private static let run = 16
  /// The fewest weights that a thread is given.
  private static let grain = 1 << 15

  /// Whether every product is one of a few rows by the transpose of a weight that is stored as a whole.
  static func accepts(_ products: [Factors], into c: MatrixOperand, adding: Bool) -> Bool {
    c.rows <= mostRows && !c.isTransposed && !adding
      && products.allSatisfy { product in
        product.b.isTransposed && product.b.stride == product.inner && !product.a.isTransposed
          && (product.a.elementType == .float32 || product.b.elementType == .bfloat16)
      }
  }

  /// Computes several results together, in one section of parallel work.
  static func multiply(_ jobs: [Job]) {
    let loops = attune_few_rows_body(KernelSet.current.name)
    let pieces = jobs.map { Piece($0, loops) }
    let weights = jobs.reduce(0) { $0 + $1.result.columns * $1.products.reduce(0) { $0 + $1.inner } }
    let runs = pieces.reduce(0) { $0 + $1.runs }
    Threads.forRange(runs, grain: max(1, grain * runs / max(1, weights)), width: weights / max(1, runs)) { range in
      var first = 0
      for piece in pieces {
        let own = range.clamped(to: first..<first + piece.runs)
        if !own.isEmpty { piece.compute(own.lowerBound - first..<own.upperBound - first) }
        first += piece.runs
      }
    }
  }

  /// A job as the C loops read it.
  private struct Piece {
    private let products:
      [(product: attune_few_rows, loop: @convention(c) (UnsafePointer<attune_few_rows>?, Int, Int) -> Void)]
    private let result: MatrixOperand
    /// Where sums of several products are put together that are to be rounded once; nil where results are written at once.
    private let sums: Tensor?
    let runs: Int

    init(_ job: Job, _ loops: attune_few_rows_loops) {
      let (m, n) = (job.result.rows, job.result.columns)
      result = job.result
      runs = (n + run - 1) / run
      let sums =
        job.products.count > 1 && result.elementType == .bfloat16 ? Tensor(uninitialized: [m, n]) : nil
      self.sums = sums
      let target = sums.map { MatrixOperand($0) } ?? job.result
      products = job.products.enumerated().map { index, product in
        let loop = product.b.elementType.choose(
          float32: loops.float32, bfloat16: product.a.elementType.choose(float32: loops.mixed, bfloat16: loops.bfloat16)
        )
        return (attune_few_rows(product, into: target, isAdding: index > 0), loop.unsafelyUnwrapped)
      }
    }

    /// Computes some runs of outputs.
    func compute(_ range: Range<Int>) {
      let first = range.lowerBound * run
      let count = min(result.columns, range.upperBound * run) - first
      for (product, loop) in products { withUnsafePointer(to: product) { loop($0, first, count) } }
      guard let sums else { return }
      for row in 0..<result.rows {
        attune_narrow(
          sums.pointer + row * result.columns + first, result.elements(from: row * result.stride + first), count)
      }
    }
  }
}

extension attune_few_rows {
  fileprivate init(_ product: Factors, into c: MatrixOperand, isAdding: Bool) {
    let (a, b) = (product.a, product.b)
    self.init(
      input: UnsafeRawPointer(a.start).assumingMemoryBound(to: CChar.self),
      input_stride: a.stride * a.elementType.byteCount, rows: c.rows,
      weight: UnsafeRawPointer(b.start).assumingMemoryBound(to: CChar.self), inner: product.inner,
      output: c.start.assumingMemoryBound(to: CChar.self), output_stride: c.stride * c.elementType.byteCount,
      is_rounded: c.elementType == .bfloat16 ? 1 : 0, is_adding: isAdding ? 1 : 0)
  }
}

/// Computes several products `c = a b` that don't depend on one another; those of a few rows in one section of parallel
/// work, such as the linear layers that read the same state of a token.
package func multiply(sideBySide products: [(factors: Factors, result: MatrixOperand)]) {
  let jobs = products.map { (products: [$0.factors], result: $0.result) }
  if jobs.allSatisfy({ FewRowsProduct.accepts($0.products, into: $0.result, adding: false) && $0.result.rows > 0 }) {
    FewRowsProduct.multiply(jobs)
  } else {
    for (factors, result) in products { multiply([factors], into: result) }
  }
}
