import CKernels

/// Products of whole layers where the processor has AVX-512, or AVX512-BF16 for bfloat16: loops of Attune's own.
///
/// All threads pack the second factor once; then each thread computes whole rows of the result. (A library that every
/// thread calls on its own packs it once per thread.) Thin products that are added to a wide one, as LoRA has them, are
/// part of its sums, and the result is written once. Every element is summed in the same order whatever the number of
/// threads, so results do not depend on it.
enum PackedProduct {
  /// Words of the sum and words of the second factor that are packed at a time: 3 MiB at most, which a third-level cache
  /// holds, and sums long enough that results are seldom read again.
  private static let (wordsAtOnce, packedAtOnce) = (768, 3 << 18)
  /// The longest sum with a bfloat16 result: it is not split, since a partial sum that is read again would be rounded.
  private static let longestRoundedSum = 4096
  /// The most columns for which packing the rows of the first factor does not pay.
  private static let thin = 16

  /// Whether this processor's products of an element type go through these loops: not those of bfloat16 where the processor
  /// has AMX and oneDNN can use it.
  static func serves(_ type: ElementType) -> Bool {
    switch type {
    case .float32: KernelSet.current.name(for: type) == "avx512"
    case .bfloat16: Processor.hasAVX512BFloat16 && !(Processor.hasTiles && OneDNN.isAvailable)
    }
  }

  /// Whether a sum of products goes through these loops: one with rows enough to make up for the packing.
  static func accepts(_ products: [Factors], _ c: MatrixOperand) -> Bool {
    guard c.rows >= 128, let first = products.first, first.inner >= 32 else { return false }
    if c.columns <= thin, products.count > 1 || first.a.isTransposed { return false }
    let type = first.a.elementType
    guard products.allSatisfy({ $0.a.elementType == type && $0.b.elementType == type }) else {
      return false
    }
    guard serves(type) else { return false }
    return c.elementType == .float32 || (type == .bfloat16 && first.inner <= longestRoundedSum)
  }

  /// `c = Σ a b`, or `c += Σ a b` where `adding`; the first product is the widest.
  static func multiply(_ products: [Factors], into c: MatrixOperand, adding: Bool) {
    let (m, n, inner) = (c.rows, c.columns, products[0].inner)
    let kernels = KernelSet.current.kernels(for: products[0].a.elementType)
    let atOnce = c.elementType == .bfloat16 ? inner : part(inner, atMost: wordsAtOnce * kernels.elements, of: 32)
    var blocks = stride(from: 0, to: inner, by: atOnce).map {
      [products[0].inner($0..<min($0 + atOnce, inner))]
    }
    blocks[blocks.count - 1] += products.dropFirst()
    let sums = blocks.map { Sum($0, kernels) }
    let longest = sums.map(\.words).max() ?? 0
    // Parts of similar length, so that no last one is short.
    let columns = part(n, atMost: max(kernels.panel, packedAtOnce / longest), of: kernels.panel)
    let packed = Tensor(uninitialized: [longest, columns])
    for (index, sum) in sums.enumerated() {
      for first in stride(from: 0, to: n, by: columns) {
        let count = min(columns, n - first)
        Threads.forTiles(count, of: kernels.panel) { range in
          sum.pack(first + range.lowerBound, range.count, into: packed.pointer + range.lowerBound * sum.words)
        }
        let target = c.columns(first..<first + count)
        Threads.forTiles(m, of: kernels.tile) { range in
          let scratch = Tensor(uninitialized: [kernels.block, sum.words])
          sum.multiply(packed, into: target, range, adding: adding || index > 0, scratch)
        }
      }
    }
  }

  /// The length of parts that cover `count`, none longer than `limit`, in multiples of `unit`.
  private static func part(_ count: Int, atMost limit: Int, of unit: Int) -> Int {
    let parts = (count + limit - 1) / limit
    return ((count + parts - 1) / parts + unit - 1) / unit * unit
  }

  /// Factors whose sums are computed at once, as the C loops read them.
  private struct Sum {
    let rows: [attune_factor]
    let columns: [attune_factor]
    let words: Int
    let kernels: KernelSet.Kernels

    init(_ products: [Factors], _ kernels: KernelSet.Kernels) {
      rows = products.map { attune_factor($0.a, inner: $0.inner, along: !$0.a.isTransposed) }
      columns = products.map { attune_factor($0.b, inner: $0.inner, along: $0.b.isTransposed) }
      words = products.reduce(0) { $0 + kernels.words($1.inner) }
      self.kernels = kernels
    }

    func pack(_ first: Int, _ count: Int, into packed: UnsafeMutablePointer<Float>) {
      var offset = 0
      for factor in columns {
        kernels.pack_columns(factor, first, count, packed, offset, words)
        offset += kernels.words(factor.inner)
      }
    }

    func multiply(_ packed: Tensor, into c: MatrixOperand, _ range: Range<Int>, adding: Bool, _ scratch: Tensor) {
      let (first, count, adding) = (range.lowerBound, range.count, adding ? Int32(1) : 0)
      c.elementType.choose(
        float32: kernels.product_f32(
          rows, rows.count, packed.pointer, c.elements(), c.stride, first, count, c.columns, adding, scratch.pointer),
        bfloat16: kernels.product_bf16(
          rows, rows.count, packed.pointer, c.elements(), c.stride, first, count, c.columns, adding, scratch.pointer))
    }
  }
}

extension attune_product_kernels {
  /// The words of a sum over some elements.
  func words(_ inner: Int) -> Int { withUnsafePointer(to: self) { attune_words($0, inner) } }
}

extension attune_factor {
  /// One of the factors of a product, whose sum runs along its rows in memory or across them.
  init(_ operand: MatrixOperand, inner: Int, along: Bool) {
    self.init(
      start: UnsafeRawPointer(operand.start).assumingMemoryBound(to: CChar.self),
      stride: operand.stride * operand.elementType.byteCount, inner: inner, is_along: along ? 1 : 0,
      is_bfloat16: operand.elementType == .bfloat16 ? 1 : 0)
  }
}

extension Factors {
  /// The products of some of the inner elements.
  fileprivate func inner(_ range: Range<Int>) -> Factors { Factors(a.columns(range), b.rows(range)) }
}
