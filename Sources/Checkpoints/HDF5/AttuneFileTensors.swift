/// The tensors of one group of an Attune file.
public struct AttuneFileTensors: TensorSource {
  /// The tensors, sorted by the bytes of their names.
  public let tensors: [TensorDescription]
  private let file: AttuneFile
  private let group: TensorGroup
  private let index: [String: TensorDescription]

  init(_ file: AttuneFile, _ group: TensorGroup, _ tensors: [TensorDescription]) {
    (self.file, self.group, self.tensors) = (file, group, tensors)
    index = Dictionary(tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The file, for messages.
  public var path: String { file.path }

  /// The tensor with the given name, or nil.
  public func description(of name: String) -> TensorDescription? { index[name] }

  /// Reads rows of a tensor, converted if another type is requested (see ``TensorSource``).
  public func read(
    _ tensor: TensorDescription, rows: Range<Int>, as type: StoredType, into target: UnsafeMutableRawBufferPointer
  ) throws {
    let count = try elementCount(of: tensor, rows: rows, as: type, in: target)
    guard count > 0, let base = target.baseAddress else { return }
    if tensor.type == type { return try file.read(tensor, of: group, rows: rows, into: target) }
    let rowWidth = tensor.rowElementCount * tensor.type.bitWidth / 8
    let chunkRows = tensor.chunkShape()?.first ?? 1
    let rowsPerBlock = min(rows.count, max(1, (1 << 20) / (rowWidth * chunkRows)) * chunkRows)
    let staging = UnsafeMutableRawBufferPointer.allocate(byteCount: rowsPerBlock * rowWidth, alignment: 64)
    defer { staging.deallocate() }
    var start = rows.lowerBound
    while start < rows.upperBound {
      // Blocks end at the ends of chunks, so that no chunk is read twice.
      let end = min(rows.upperBound, max(start + 1, (start + rowsPerBlock) / chunkRows * chunkRows))
      let block = UnsafeMutableRawBufferPointer(rebasing: staging[..<((end - start) * rowWidth)])
      try file.read(tensor, of: group, rows: start..<end, into: block)
      NumberConversion.convert(
        UnsafeRawPointer(staging.baseAddress!), from: tensor.type,
        to: base + (start - rows.lowerBound) * tensor.rowElementCount * type.bitWidth / 8, type,
        count: (end - start) * tensor.rowElementCount)
      start = end
    }
  }
}
