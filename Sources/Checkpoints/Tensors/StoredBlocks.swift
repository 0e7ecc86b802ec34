extension TensorDescription {
  /// Hands a tensor's memory to `body` as it is to be stored: whole where the types are equal, else converted in blocks
  /// of whole rows.
  ///
  /// Memory of another size than the tensor's, or a type that cannot be converted, is a programmer's mistake.
  func forEachStoredBlock(
    of bytes: UnsafeRawBufferPointer, as type: StoredType,
    _ body: (_ rows: Range<Int>, _ block: UnsafeRawBufferPointer) throws -> Void
  ) throws {
    precondition(
      bytes.count == elementCount * type.bitWidth / 8,
      "memory of \(bytes.count) bytes of \(type) for tensor '\(name)' of shape \(shape)")
    if type == self.type { return try body(0..<rowCount, bytes) }
    precondition(NumberConversion.isPossible(from: type, to: self.type), "no conversion from \(type) to \(self.type)")
    guard elementCount > 0, let base = bytes.baseAddress else { return }
    let width = self.type.bitWidth / 8
    let rowsPerBlock = min(rowCount, max(1, (1 << 20) / (rowElementCount * width)))
    let staging = UnsafeMutableRawBufferPointer.allocate(
      byteCount: rowsPerBlock * rowElementCount * width, alignment: 64)
    defer { staging.deallocate() }
    for start in stride(from: 0, to: rowCount, by: rowsPerBlock) {
      let rows = start..<min(rowCount, start + rowsPerBlock)
      let count = rows.count * rowElementCount
      NumberConversion.convert(
        base + start * rowElementCount * type.bitWidth / 8, from: type, to: staging.baseAddress!, self.type,
        count: count)
      try body(rows, UnsafeRawBufferPointer(rebasing: staging[..<(count * width)]))
    }
  }
}
