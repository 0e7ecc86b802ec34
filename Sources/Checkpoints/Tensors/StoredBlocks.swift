extension TensorDescription {
  /// Passes a tensor's memory to `body` in its stored type, in blocks of complete rows. A block has about a megabyte
  /// and, except for the last, a multiple of `rowMultiple` rows. Only a conversion copies memory.
  ///
  /// Memory of the wrong size, or a type that cannot be converted, is a programmer's mistake.
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
