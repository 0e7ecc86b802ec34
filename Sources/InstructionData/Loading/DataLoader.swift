import Diagnostics
import Foundation
import StrictJSON

/// What to do about unusable records.
public enum ProblemHandling: Sendable, Equatable {
  /// Throw the first problem.
  case throwFirst
  /// Read all files to the end, then throw all problems together: the first `limit` in full, the others as a count.
  case collect(limit: Int)
  /// Leave out unusable records and files without reporting them.
  case skip
}

/// Reads files of records and turns them into examples.
///
/// It reads the records as a stream and tokenizes them on several threads. The examples keep the order of the records,
/// whatever the number of threads.
public struct DataLoader {
  let maker: ExampleMaker
  private let options: DataOptions
  let threads: Int
  /// Receives the progress of the reading from time to time.
  public var onProgress: ((ReadingProgress) -> Void)?

  /// Creates a loader.
  ///
  /// - Parameters:
  ///   - template: how conversations are written; the loader only checks it when a record needs it.
  ///   - model: the model's own template, or why it is unusable; nil if the model has none.
  ///   - encoder: the tokenizer; without one, only tokenized records can be read.
  ///   - threads: how many threads tokenize; by default the number of processors.
  /// - Throws: `UserError` of kind `recipe` for impossible options.
  public init(
    template: TemplateName, model: Result<ModelTemplate, UserError>? = nil, encoder: TextEncoder?,
    options: DataOptions, threads: Int? = nil
  ) throws {
    if options.maximumLength < 1 {
      throw UserError.recipe("data.max_length must be at least 1, found \(options.maximumLength)")
    }
    self.options = options
    self.threads = max(1, threads ?? ProcessInfo.processInfo.activeProcessorCount)
    let chat: Result<ChatEncoder, UserError>
    do {
      guard let encoder else { throw options.noTokenizer }
      chat = .success(try ChatEncoder(template, model: template == .model ? model?.get() : nil, encoder: encoder))
    } catch let error as UserError {
      chat = .failure(error)
    }
    maker = ExampleMaker(options: options, encoder: encoder, chat: chat)
  }

  /// Reads records with one answer (`sft`).
  ///
  /// - Throws: `UserError`, or `UserErrors` if problems are collected.
  public func demonstrations(
    from sources: [DataSource], problems: ProblemHandling = .throwFirst
  ) throws -> DataSet<Example> {
    let maker = maker
    return try load(sources, .demonstration, problems) { try maker.demonstration($0, origin: $1) }
  }

  /// Reads pairs of answers (`dpo` and its relatives).
  ///
  /// - Throws: `UserError`, or `UserErrors` if problems are collected.
  public func preferences(
    from sources: [DataSource], problems: ProblemHandling = .throwFirst
  ) throws -> DataSet<PreferenceExample> {
    let maker = maker
    return try load(sources, .preference, problems) { try maker.preference($0, origin: $1) }
  }

  /// Reads single desirable or undesirable answers, and pairs of answers (`kto`).
  ///
  /// - Throws: `UserError`, or `UserErrors` if problems are collected.
  public func judgements(
    from sources: [DataSource], problems: ProblemHandling = .throwFirst
  ) throws -> DataSet<PreferenceExample> {
    let maker = maker
    return try load(sources, .judgement, problems) { try maker.preference($0, origin: $1) }
  }

  private func load<Element: TrainingExample>(
    _ sources: [DataSource], _ purpose: RecordPurpose, _ handling: ProblemHandling,
    _ make: @escaping @Sendable (Record, ExampleOrigin) throws -> Outcome<Element>
  ) throws -> DataSet<Element> {
    try checkNames(of: sources)
    let decoder = try decoder(for: purpose)
    let make = maker.refusingUnknownTokens(make)
    var problems = ProblemCollector(handling)
    var loaded: [LoadedSource<Element>] = []
    for (index, source) in sources.enumerated() {
      var reader = SourceLoading<Element>(source: source, index: index)
      do {
        try reader.read(threads: threads, problems: &problems, onProgress: onProgress) { raw, origin in
          let decoded = try decoder.record(of: raw)
          return RecordOutcome(outcome: try make(decoded.record, origin), unusedKeys: decoded.unusedKeys)
        }
      } catch let error as UserError {
        try problems.add(error, in: source.path, problem: error.message)
        // If the recipe is at fault, every other record would fail in the same way.
        if error.kind == .recipe { break }
      }
      loaded.append(reader.result)
    }
    try problems.finish()
    return DataSet(sources: loaded)
  }

  /// A decoder of records for a purpose.
  ///
  /// - Throws: `UserError` of kind `recipe` if `data.columns` renames an unknown key.
  func decoder(for purpose: RecordPurpose) throws -> RecordDecoder {
    try RecordDecoder(
      purpose: purpose, columns: options.columns,
      vocabularySize: options.vocabularySize ?? maker.encoder?.vocabularySize)
  }

  private func checkNames(of sources: [DataSource]) throws {
    var seen: Set<String> = []
    for source in sources where !seen.insert(source.name).inserted {
      throw UserError.recipe("data: two sources are named '\(source.name)'; give each its own name (name: …)")
    }
  }
}

extension RecordDecoder {
  /// Decodes the bytes of a record. Error messages do not name the file.
  func record(of raw: RawRecord) throws -> DecodedRecord {
    switch raw.content {
    case .json(let bytes): return try decoded(try JSONValue(parsing: bytes))
    case .text(let bytes):
      let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
      guard let text = String(validating: text, as: UTF8.self) else {
        throw UserError.file("the text is not valid UTF-8; save the file as UTF-8 (iconv -f LATIN1 -t UTF-8)")
      }
      return DecodedRecord(record: .text(text), unusedKeys: UnusedKeys())
    }
  }
}
