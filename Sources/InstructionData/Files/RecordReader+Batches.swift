extension RecordReader {
  /// A batch for the threads ends at this many records, or at this many bytes.
  private static var batchRecords: Int { 1024 }
  private static var batchBytes: Int { 8 << 20 }

  /// The next records (none at the end of the file), and the error that stopped the reading after them.
  mutating func nextBatch() -> (batch: [RawRecord], failure: (any Error)?) {
    var batch: [RawRecord] = []
    var bytes = 0
    do {
      while batch.count < Self.batchRecords, bytes < Self.batchBytes, let record = try next() {
        bytes += record.byteCount
        batch.append(record)
      }
      return (batch, nil)
    } catch {
      return (batch, error)
    }
  }
}
