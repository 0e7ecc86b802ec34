/// The parts in which threads compute a product by OpenBLAS: runs of rows or of columns, along the longer side
/// of the result.
///
/// The library's sums depend on the shape it is called with. So the shape of the result decides the parts, never the number of
/// threads, and the bits are the same with any number of them.
struct ProductParts {
  /// How many there are.
  let count: Int
  private let isByRows: Bool
  /// Rows or columns, in all and of each part but the last.
  private let length, partLength: Int

  /// The most parts: enough for as many threads.
  private static let most = 16
  /// Rows or columns of the smallest parts: the library packs the other factor again for each. With 128 that costs 4 % of a
  /// product of 1024×768×768 (OpenBLAS 0.3.21 with AVX2 kernels).
  private static let shortest = 128
  /// Parts begin at multiples of this many rows or columns.
  private static let tile = 16

  /// The parts of a result: a power of two of nearly equal ones, so that two threads, or four, have the same to do.
  init(of c: MatrixOperand) {
    isByRows = c.rows >= c.columns
    length = max(c.rows, c.columns)
    var parts = 1
    while parts < Self.most, length >= 2 * parts * Self.shortest { parts *= 2 }
    partLength = (length + parts * Self.tile - 1) / (parts * Self.tile) * Self.tile
    count = (length + partLength - 1) / partLength
  }

  private func range(_ part: Int) -> Range<Int> { part * partLength..<min(length, (part + 1) * partLength) }

  /// The factors of a part of the result.
  func factors(of product: Factors, _ part: Int) -> Factors {
    isByRows
      ? Factors(product.a.rows(range(part)), product.b) : Factors(product.a, product.b.columns(range(part)))
  }

  /// A part of the result.
  func result(_ c: MatrixOperand, _ part: Int) -> MatrixOperand {
    isByRows ? c.rows(range(part)) : c.columns(range(part))
  }
}
