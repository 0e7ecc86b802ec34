import CKernels

/// Float32 products of whole layers where the processor has AVX-512: loops of Attune's own.
///
/// The second factor is packed once, by all threads; then each thread makes whole rows of the result. A library that is
/// called by each thread for itself packs it once a thread. Every element is summed in the same order whatever the number
/// of threads, so results do not depend on it.
enum PackedProduct {
  /// Inner elements and columns of the second factor that are packed at a time: 3 MiB at most, which a third-level cache
  /// holds, and sums long enough that results are seldom read again.
  private static let (innerAtOnce, elementsAtOnce) = (768, 3 << 18)
  /// Columns of a panel, rows of a tile and rows that a thread packs at a time, as the loops have them.
  private static let (panel, tile, block) = (48, 8, 64)
  /// The columns of results that are too few to pack rows for.
  private static let thin = 16

  /// Whether a product goes through these loops: one with rows enough to make up for the packing.
  static func takes(_ factors: Factors, _ c: MatrixOperand, m: Int, n: Int) -> Bool {
    let (a, b) = (factors.a, factors.b)
    return Processor.hasAVX512 && m >= 128 && (n > thin || !a.isTransposed) && factors.inner >= 32
      && a.elementType == .float32 && b.elementType == .float32 && c.elementType == .float32
  }

  /// `c = Σ a b`, or `c += Σ a b` where `adding`; the first product is the widest.
  static func multiply(_ products: [Factors], into c: MatrixOperand, m: Int, n: Int, adding: Bool) {
    let inner = part(products[0].inner, atMost: innerAtOnce, of: 16)
    var blocks = stride(from: 0, to: products[0].inner, by: inner).map { [products[0].part(from: $0, atMost: inner)] }
    blocks[blocks.count - 1] += products.dropFirst()
    let longest = blocks.map(\.totalInner).max() ?? 0
    // Parts of like length, so that no last one is short.
    let columns = part(n, atMost: max(panel, elementsAtOnce / longest), of: panel)
    let packed = Tensor(uninitialized: [longest, columns])
    for (index, block) in blocks.enumerated() {
      for firstColumn in stride(from: 0, to: n, by: columns) {
        let count = min(columns, n - firstColumn)
        pack(block.map { $0.b.fromColumn(firstColumn) }, of: block, columns: count, into: packed)
        rows(
          block, packed, into: c.fromColumn(firstColumn), m: m, n: count, adding: adding || index > 0)
      }
    }
  }

  /// Second factors one below the other.
  private static func pack(_ operands: [MatrixOperand], of block: [Factors], columns: Int, into packed: Tensor) {
    let total = block.totalInner
    Threads.forTiles(columns, of: panel) { range in
      var offset = 0
      for (b, factors) in zip(operands, block) {
        attune_sgemm_pack(
          b.fromColumn(range.lowerBound).floats, b.stride, b.isTransposed ? 1 : 0, factors.inner, range.count,
          packed.pointer + range.lowerBound * total, offset, total)
        offset += factors.inner
      }
    }
  }

  private static func rows(
    _ block: [Factors], _ packed: Tensor, into c: MatrixOperand, m: Int, n: Int, adding: Bool
  ) {
    let factors = block.map {
      attune_factor(start: $0.a.floats, stride: $0.a.stride, transposed: $0.a.isTransposed ? 1 : 0, inner: $0.inner)
    }
    Threads.forTiles(m, of: tile) { range in
      if n <= thin, factors.count == 1, factors[0].transposed == 0 {
        return attune_sgemm_thin(
          factors[0], packed.pointer, c.floats, c.stride, range.lowerBound, range.count, n, adding ? 1 : 0)
      }
      let scratch = Tensor(uninitialized: [Self.block, block.totalInner])
      attune_sgemm_rows(
        factors, factors.count, packed.pointer, c.floats, c.stride, range.lowerBound, range.count, n, adding ? 1 : 0,
        scratch.pointer)
    }
  }

  /// The length of parts that cover `count`, none longer than `limit`, in multiples of `unit`.
  private static func part(_ count: Int, atMost limit: Int, of unit: Int) -> Int {
    let parts = (count + limit - 1) / limit
    return ((count + parts - 1) / parts + unit - 1) / unit * unit
  }
}

extension Factors {
  /// The products of some of the inner elements.
  fileprivate func part(from first: Int, atMost count: Int) -> Factors {
    Factors(a.fromColumn(first), b.fromRow(first), inner: min(count, inner - first))
  }
}

extension [Factors] {
  /// The length of the sums together.
  fileprivate var totalInner: Int { reduce(0) { $0 + $1.inner } }
}
