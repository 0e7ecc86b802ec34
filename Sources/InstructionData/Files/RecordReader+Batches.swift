extension RecordReader {
  /// Records are handed to the threads in batches of this many, or of so many bytes that it matters.
  private static var batchRecords: Int { 1024 }
  private static var batchBytes: Int { 8 << 20 }

  /// The next records, none at the end of the file, and the error at which reading broke off behind them.
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
