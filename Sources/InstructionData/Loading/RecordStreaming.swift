import Diagnostics
import StrictJSON

/// A record of a file that is read as a stream.
public struct StreamedRecord: Sendable {
  /// The line of the file on which the record begins, counted from 1.
  public let line: Int
  /// The record, or why it cannot be read or its conversation cannot be written; the message does not name the file.
  public let record: Result<Record, UserError>
  /// How many tokens it has before truncation, and how many of them are trained on; nil if counting was not requested
  /// or the record cannot be tokenized.
  public let tokens: (all: Int, trained: Int)?
  /// What is worth knowing about the record; empty if counting was not requested.
  public let notes: [RecordNote]
  /// The keys of the record and of its messages that were not read.
  public let unusedKeys: UnusedKeys
  private let raw: RawRecord

  fileprivate init(
    _ raw: RawRecord, _ decoded: DecodedRecord, tokens: (all: Int, trained: Int)? = nil, notes: [RecordNote] = []
  ) {
    (line, self.raw, record, self.tokens, self.notes) = (raw.line, raw, .success(decoded.record), tokens, notes)
    unusedKeys = decoded.unusedKeys
  }

  fileprivate init(_ raw: RawRecord, _ error: UserError) {
    (line, self.raw, record, tokens, notes, unusedKeys) = (raw.line, raw, .failure(error), nil, [], UnusedKeys())
  }

  /// The record as a line of JSONL: its own bytes if it is on one line in the file.
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
  ///   - counting: whether to tokenize the records and count their tokens.
  ///   - transform: converts each record; several threads call it.
  ///   - take: receives the results in the order of the records.
  /// - Throws: `UserError` if the file cannot be read to its end, of kind `recipe` if the template fits no record; and
  ///   what `take` throws.
  public func stream<Output: Sendable>(
    _ source: DataSource, for purpose: RecordPurpose, counting: Bool = false,
    transform: @escaping @Sendable (StreamedRecord) -> Output, take: (Output) throws -> Void
  ) throws {
    let (maker, decoder) = (maker, try decoder(for: purpose))
    try forEachRecord(of: source, threads: threads, onProgress: onProgress) { raw in
      Result { transform(try maker.streamed(raw, decoder, isDemonstration: purpose == .demonstration, counting)) }
    } take: { output in
      try take(output.get())
    }
  }
}

extension DataLoader {
  /// What is worth knowing about some records of a source, by their lines.
  ///
  /// - Throws: `UserError` if the file cannot be read to its end.
  public func notes(
    onLines lines: Set<Int>, of source: DataSource, for purpose: RecordPurpose
  ) throws -> [Int: [RecordNote]] {
    let (maker, decoder) = (maker, try decoder(for: purpose))
    var notes: [Int: [RecordNote]] = [:]
    try forEachRecord(of: source, threads: threads, onProgress: nil) { raw -> StreamedRecord? in
      guard lines.contains(raw.line) else { return nil }
      return try? maker.streamed(raw, decoder, isDemonstration: purpose == .demonstration, true)
    } take: { record in
      if let record { notes[record.line] = record.notes }
    }
    return notes
  }
}

extension ExampleMaker {
  /// Decodes a record and counts its tokens.
  ///
  /// - Throws: `UserError` if every other record would fail in the same way.
  fileprivate func streamed(
    _ raw: RawRecord, _ decoder: RecordDecoder, isDemonstration: Bool, _ counting: Bool
  ) throws -> StreamedRecord {
    do {
      let decoded = try decoder.record(of: raw)
      let counts = counting ? try counts(of: decoded.record, isDemonstration) : nil
      return StreamedRecord(raw, decoded, tokens: counts?.tokens, notes: counts?.notes ?? [])
    } catch let unusable as UnusableTemplate {
      throw unusable.error
    } catch let incomplete as IncompleteRecord {
      return StreamedRecord(raw, incomplete.error)
    } catch let error as UserError where error.kind != .recipe {
      return StreamedRecord(raw, error)
    } catch let error as TooLongRecord {
      return StreamedRecord(raw, error.error)
    } catch let error as JSONError {
      let place =
        error.line > 1 ? "line \(raw.line + error.line - 1), column \(error.column)" : "column \(error.column)"
      return StreamedRecord(raw, .file("not JSON: \(error.problem) (\(place))"))
    }
  }

  /// The numbers of tokens and of trained tokens of a record, and the notes on it; nil if no token is trained on.
  private func counts(
    of record: Record, _ isDemonstration: Bool
  ) throws -> (tokens: (all: Int, trained: Int), notes: [RecordNote])? {
    func counts(
      _ outcome: Outcome<some TrainingExample>
    ) -> (tokens: (all: Int, trained: Int), notes: [RecordNote])? {
      guard case .kept(let examples, let length, _, let notes) = outcome else { return nil }
      return ((length, examples.reduce(0) { $0 + $1.trainedCount }), notes)
    }
    let origin = ExampleOrigin(source: 0, line: 0)
    return isDemonstration
      ? counts(try demonstration(record, origin: origin)) : counts(try preference(record, origin: origin))
  }
}
