import CKernels

/// Products that are computed as one sum, as the C loops read them.
struct PackedSum {
  /// The length of the sum, in words.
  let words: Int
  private let kernels: KernelSet.Kernels
  private let rows: [attune_factor]
  private let columns: [attune_factor]

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
  fileprivate init(_ operand: MatrixOperand, inner: Int, along: Bool) {
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
