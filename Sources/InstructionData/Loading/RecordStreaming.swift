import Diagnostics
import StrictJSON

/// A record of a file as it goes by.
public struct StreamedRecord: Sendable {
  /// The line of the file on which the record begins, counted from 1.
  public let line: Int
  /// The record, or why it can't be read or its conversation can't be written; the message names no file.
  public let record: Result<Record, UserError>
  /// How many tokens it has before anything is cut, and how many of them are trained on; nil where nobody asked or it
  /// cannot be tokenized.
  public let tokens: (all: Int, trained: Int)?
  private let raw: RawRecord

  fileprivate init(_ raw: RawRecord, _ record: Result<Record, UserError>, tokens: (all: Int, trained: Int)?) {
    (line, self.raw, self.record, self.tokens) = (raw.line, raw, record, tokens)
  }

  /// The record as a line of JSONL: byte for byte as it stands where it stands on one line.
  public var jsonLine: [UInt8] {
    switch raw.content {
    case .json(let bytes):
      let bytes = bytes.last == 0x0D ? bytes.dropLast() : bytes[...]
      if !bytes.contains(0x0A) { return Array(bytes) }
      return (try? JSONValue(parsing: bytes)).map { Array($0.compactText.utf8) } ?? []
    case .text(let bytes):
      return Array((["text": .string(String(decoding: bytes, as: UTF8.self))] as JSONValue).compactText.utf8)
    }
  }
}

extension DataLoader {
  /// Reads a file record by record, in memory that does not grow with it.
  ///
  /// - Parameters:
  ///   - counting: whether records are tokenized, to be counted.
  ///   - transform: what is made of each record, by several threads.
  ///   - take: what is done with it, in the order of the records.
  /// - Throws: `UserError` where the file can't be read on, of kind `recipe` where the template suits no record; what
  ///   `take` throws.
  public func stream<Output: Sendable>(
    _ source: DataSource, for purpose: RecordPurpose, counting: Bool = false,
    transform: @escaping @Sendable (StreamedRecord) -> Output, take: (Output) throws -> Void
  ) throws {
    let decoder = try RecordDecoder(
      purpose: purpose, columns: maker.options.columns,
      vocabularySize: maker.options.vocabularySize ?? maker.encoder?.vocabularySize)
    let maker = maker
    var reader = try RecordReader(path: source.path)
    var (records, bytes) = (0, 0)
    while true {
      let (batch, failure) = reader.nextBatch()
      let outputs = parallelMap(batch, threads: threads) { raw in
        Result { transform(try maker.streamed(raw, decoder, isDemonstration: purpose == .demonstration, counting)) }
      }
      for output in outputs { try take(output.get()) }
      records += batch.count
      bytes += batch.reduce(0) { $0 + $1.byteCount }
      if !batch.isEmpty { onProgress?(ReadingProgress(source, records: records, bytes: bytes)) }
      if let failure { throw failure }
      if batch.isEmpty { break }
    }
  }
}

extension ExampleMaker {
  /// A record with what it comes to.
  ///
  /// - Throws: `UserError` where no record fares better.
  fileprivate func streamed(
    _ raw: RawRecord, _ decoder: RecordDecoder, isDemonstration: Bool, _ counting: Bool
  ) throws -> StreamedRecord {
    do {
      let record = try decoder.record(of: raw)
      let tokens = counting ? try tokenCounts(of: record, isDemonstration) : nil
      return StreamedRecord(raw, .success(record), tokens: tokens)
    } catch let unusable as UnusableTemplate {
      throw unusable.error
    } catch let error as UserError where error.kind != .recipe {
      return StreamedRecord(raw, .failure(error), tokens: nil)
    } catch let error as JSONError {
      let place =
        error.line > 1 ? "line \(raw.line + error.line - 1), column \(error.column)" : "column \(error.column)"
      return StreamedRecord(raw, .failure(.file("not JSON: \(error.problem) (\(place))")), tokens: nil)
    }
  }

  /// How long a record is; nil where nothing in it is trained on.
  private func tokenCounts(of record: Record, _ isDemonstration: Bool) throws -> (all: Int, trained: Int)? {
    func counts(_ outcome: Outcome<some TrainingExample>) -> (all: Int, trained: Int)? {
      guard case .kept(let examples, let length, _) = outcome else { return nil }
      return (length, examples.reduce(0) { $0 + $1.trainedCount })
    }
    let origin = ExampleOrigin(source: 0, line: 0)
    return isDemonstration
      ? counts(try demonstration(record, origin: origin)) : counts(try preference(record, origin: origin))
  }
}
