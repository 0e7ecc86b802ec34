extension TensorDescription {
  /// Hands a tensor's memory to `body` as it is to be stored, in blocks of whole rows: about a megabyte, and a multiple of
  /// `rowMultiple` rows but for the last. Only a conversion copies.
  ///
  /// Memory of another size than the tensor's, or a type that cannot be converted, is a programmer's mistake.
  func forEachStoredBlock(
    of bytes: UnsafeRawBufferPointer, as type: StoredType, rowMultiple: Int = 1,
    _ body: (_ rows: Range<Int>, _ block: UnsafeRawBufferPointer) throws -> Void
  ) throws {
    precondition(
      bytes.count == elementCount * type.bitWidth / 8,
      "memory of \(bytes.count) bytes of \(type) for tensor '\(name)' of shape \(shape)")
    precondition(NumberConversion.isPossible(from: type, to: self.type), "no conversion from \(type) to \(self.type)")
    guard elementCount > 0, let base = bytes.baseAddress else { return }
    let rowWidth = rowElementCount * self.type.bitWidth / 8
    let rowsPerBlock = min(rowCount, max(1, (1 << 20) / (rowWidth * rowMultiple)) * rowMultiple)
    let staging = UnsafeMutableRawBufferPointer.allocate(
      byteCount: type == self.type ? 0 : rowsPerBlock * rowWidth, alignment: 64)
    defer { staging.deallocate() }
    for start in stride(from: 0, to: rowCount, by: rowsPerBlock) {
      let rows = start..<min(rowCount, start + rowsPerBlock)
      let source = base + start * rowElementCount * type.bitWidth / 8
      if type == self.type {
        try body(rows, UnsafeRawBufferPointer(start: source, count: rows.count * rowWidth))
      } else {
        NumberConversion.convert(
          source, from: type, to: staging.baseAddress!, self.type, count: rows.count * rowElementCount)
        try body(rows, UnsafeRawBufferPointer(rebasing: staging[..<(rows.count * rowWidth)]))
      }
    }
  }
}
