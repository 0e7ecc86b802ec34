extension TensorSource {
  /// About how many bytes are compared at a time.
  private var comparedBytes: Int { 1 << 22 }

  /// Whether two tensors hold the same numbers, bit for bit: as they are stored or, where the types differ, as float32.
  ///
  /// - Throws: `UserError` of kind `file`.
  public func isEqual(_ one: TensorDescription, _ other: TensorDescription) throws -> Bool {
    guard one.shape == other.shape else { return false }
    let type = one.type == other.type ? one.type : .float32
    let areComparable = [one, other].allSatisfy {
      $0.type == type || NumberConversion.isPossible(from: $0.type, to: type)
    }
    guard areComparable else { return false }
    let rows = max(1, comparedBytes / max(1, one.rowElementCount * type.bitWidth / 8))
    for start in stride(from: 0, to: one.rowCount, by: rows) {
      let range = start..<min(start + rows, one.rowCount)
      let first = try bytes(of: one, range, as: type)
      if try first != bytes(of: other, range, as: type) { return false }
    }
    return true
  }

  private func bytes(of tensor: TensorDescription, _ rows: Range<Int>, as type: StoredType) throws -> [UInt8] {
    let count = rows.count * tensor.rowElementCount * type.bitWidth / 8
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
    defer { buffer.deallocate() }
    try read(tensor, rows: rows, as: type, into: buffer)
    return Array(buffer)
  }
}
