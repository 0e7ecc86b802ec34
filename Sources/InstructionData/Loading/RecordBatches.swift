/// Transforms every record of a source on several threads and passes the results on in the order of the records.
///
/// - Parameters:
///   - onProgress: receives the progress after each batch of records.
///   - transform: converts a record; several threads call it.
///   - take: receives the results, one at a time.
/// - Throws: `UserError` if the file cannot be read to its end, and what `take` throws. Records before the place at
///   which reading fails are passed on first.
func forEachRecord<Output: Sendable>(
  of source: DataSource, threads: Int, onProgress: ((ReadingProgress) -> Void)?,
  transform: @Sendable (RawRecord) -> Output, take: (Output) throws -> Void
) throws {
  var reader = try RecordReader(path: source.path)
  var (records, bytes) = (0, 0)
  while true {
    let (batch, failure) = reader.nextBatch()
    for output in parallelMap(batch, threads: threads, transform) { try take(output) }
    records += batch.count
    bytes += batch.reduce(0) { $0 + $1.byteCount }
    if !batch.isEmpty { onProgress?(ReadingProgress(source, records: records, bytes: bytes)) }
    if let failure { throw failure }
    if batch.isEmpty { return }
  }
}
