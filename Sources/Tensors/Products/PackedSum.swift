import CKernels

/// Products that are computed as one sum, as the C loops read them.
struct PackedSum {
  /// The length of the sum, in words.
  let words: Int
  private let kernels: KernelSet.Kernels
  private var rows: [attune_factor]
  private let columns: [attune_factor]
  /// What holds the rows of the first factor, where they were packed.
  private var packedRows: Tensor?

  /// The words of the first factor that are packed as one piece of work.
  private static let wordsOfPiece = 192

  init(_ products: [Factors], _ kernels: KernelSet.Kernels) {
    rows = products.map { attune_factor($0.a, inner: $0.inner, along: !$0.a.isTransposed) }
    columns = products.map { attune_factor($0.b, inner: $0.inner, along: $0.b.isTransposed) }
    words = products.reduce(0) { $0 + kernels.words($1.inner) }
    self.kernels = kernels
  }

  /// In how many pieces a panel of second factors can be packed.
  var piecesOfPanel: Int { max(1, kernels.words(columns[0].inner) / Self.wordsOfPiece) }

  /// Packs some columns of the second factors, beginning with a whole panel.
  func pack(_ range: Range<Int>, into packed: UnsafeMutablePointer<Float>) {
    for piece in 0..<piecesOfPanel { pack(range, piece: piece, into: packed) }
  }

  /// Packs a piece of a panel.
  func pack(_ range: Range<Int>, piece: Int, into packed: UnsafeMutablePointer<Float>) {
    let (widest, unit) = (columns[0], kernels.elements * kernels.depth)
    let isLast = piece + 1 == piecesOfPanel
    let length = widest.inner / piecesOfPanel / unit * unit
    let part = widest.inner(length * piece..<(isLast ? widest.inner : length * (piece + 1)))
    kernels.pack_columns(part, range.lowerBound, range.count, packed, kernels.words(length * piece), words)
    guard isLast else { return }
    var offset = kernels.words(widest.inner)
    for factor in columns.dropFirst() {
      kernels.pack_columns(factor, range.lowerBound, range.count, packed, offset, words)
      offset += kernels.words(factor.inner)
    }
  }

  /// The words of a row of the first factor, if its rows should be packed once for all threads; otherwise 0.
  var wordsOfPackedRows: Int {
    kernels.pack_rows != nil && rows.count == 1 && rows[0].is_along == 0 ? words : 0
  }

  /// Packs some rows of the first factor, beginning with a whole tile.
  func packRows(_ range: Range<Int>, into packed: Tensor) {
    kernels.pack_rows?(rows[0], range.lowerBound, range.count, packed.pointer)
  }

  /// The same sum, from packed rows of the first factor.
  func withPackedRows(_ packed: Tensor) -> PackedSum {
    var sum = self
    sum.packedRows = packed
    sum.rows[0].start = UnsafeRawPointer(packed.pointer).assumingMemoryBound(to: CChar.self)
    sum.rows[0].stride = 16 * wordsOfPackedRows * MemoryLayout<Float>.stride
    sum.rows[0].is_along = 2
    return sum
  }

  /// Computes some rows of the results from packed columns.
  ///
  /// - Parameter scratch: `block` times as many floats as the sum has words.
  func multiply(
    _ packed: UnsafePointer<Float>, into c: MatrixOperand, rows range: Range<Int>, adding: Bool,
    _ scratch: UnsafeMutablePointer<Float>
  ) {
    let (first, count, adding) = (range.lowerBound, range.count, adding ? Int32(1) : 0)
    c.elementType.choose(
      float32: kernels.product_f32(
        rows, rows.count, packed, c.elements(), c.stride, first, count, c.columns, adding, scratch),
      bfloat16: kernels.product_bf16(
        rows, rows.count, packed, c.elements(), c.stride, first, count, c.columns, adding, scratch))
  }
}

extension attune_product_kernels {
  /// The words of a sum over some elements.
  func words(_ inner: Int) -> Int {
    let unit = elements * depth
    return (inner + unit - 1) / unit * depth
  }
}

extension attune_factor {
  /// One of the factors of a product, whose sum runs along its rows in memory or across them.
  init(_ operand: MatrixOperand, inner: Int, along: Bool) {
    self.init(
      start: UnsafeRawPointer(operand.start).assumingMemoryBound(to: CChar.self),
      stride: operand.stride * operand.elementType.byteCount, inner: inner, is_along: along ? 1 : 0,
      is_bfloat16: operand.elementType == .bfloat16 ? 1 : 0)
  }

  /// The part of the sum over some elements.
  fileprivate func inner(_ range: Range<Int>) -> attune_factor {
    let bytes = range.lowerBound * (is_along == 0 ? stride : is_bfloat16 == 0 ? 4 : 2)
    return attune_factor(
      start: start + bytes, stride: stride, inner: range.count, is_along: is_along, is_bfloat16: is_bfloat16)
  }
}
