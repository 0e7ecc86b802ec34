import Diagnostics
import Foundation
import StrictJSON

/// What to do about records that can't be used.
public enum ProblemHandling: Sendable, Equatable {
  /// The first is thrown.
  case throwFirst
  /// All files are read to their ends, then all problems are thrown, of which `limit` are told and the others counted.
  case collect(limit: Int)
  /// Records and files that can't be used are left out; somebody else tells.
  case skip
}

/// Files to examples.
///
/// Records are read as a stream and tokenized by several threads; examples stand in the order of the records, whatever
/// the number of threads.
public struct DataLoader {
  let maker: ExampleMaker
  private let options: DataOptions
  let threads: Int
  /// Told how far the reading is, now and then.
  public var onProgress: ((ReadingProgress) -> Void)?

  /// Makes a loader.
  ///
  /// - Parameters:
  ///   - template: how conversations are written; looked at when a record needs it.
  ///   - model: the model's own template, or why it cannot be used; nil where it has none.
  ///   - encoder: the tokenizer; nil where there is none, which serves tokenized records only.
  ///   - threads: how many threads tokenize; the processors' number where nothing is said.
  /// - Throws: `UserError` of kind `recipe` for options that can't be.
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
      guard let encoder else { throw ExampleMaker.noTokenizer }
      chat = .success(try ChatEncoder(template, model: template == .model ? model?.get() : nil, encoder: encoder))
    } catch let error as UserError {
      chat = .failure(error)
    }
    maker = ExampleMaker(options: options, encoder: encoder, chat: chat)
  }

  /// Reads records with one answer (`sft`).
  ///
  /// - Throws: `UserError`, or `UserErrors` where problems are collected.
  public func demonstrations(
    from sources: [DataSource], problems: ProblemHandling = .throwFirst
  ) throws -> DataSet<Example> {
    let maker = maker
    return try load(sources, .demonstration, problems) { try maker.demonstration($0, origin: $1) }
  }

  /// Reads pairs of answers (`dpo` and its relatives).
  ///
  /// - Throws: `UserError`, or `UserErrors` where problems are collected.
  public func preferences(
    from sources: [DataSource], problems: ProblemHandling = .throwFirst
  ) throws -> DataSet<PreferenceExample> {
    let maker = maker
    return try load(sources, .preference, problems) { try maker.preference($0, origin: $1) }
  }

  /// Reads single answers that are wanted or not, and pairs of answers (`kto`).
  ///
  /// - Throws: `UserError`, or `UserErrors` where problems are collected.
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
    let decoder = try RecordDecoder(
      purpose: purpose, columns: options.columns,
      vocabularySize: options.vocabularySize ?? maker.encoder?.vocabularySize)
    var problems = ProblemCollector(handling)
    var loaded: [LoadedSource<Element>] = []
    for (index, source) in sources.enumerated() {
      var reader = SourceLoading<Element>(source: source, index: index)
      do {
        try reader.read(threads: threads, problems: &problems, onProgress: onProgress) { raw, origin in
          try make(try decoder.record(of: raw), origin)
        }
      } catch let error as UserError {
        try problems.add(error, in: source.path, problem: error.message)
        // A recipe that no record can satisfy is told once.
        if error.kind == .recipe { break }
      }
      loaded.append(reader.result)
    }
    try problems.finish()
    return DataSet(sources: loaded)
  }

  private func checkNames(of sources: [DataSource]) throws {
    var seen: Set<String> = []
    for source in sources where !seen.insert(source.name).inserted {
      throw UserError.recipe("data: two sources are called '\(source.name)'; give each a name of its own (name: …)")
    }
  }
}

extension RecordDecoder {
  /// Reads a record's bytes. Messages name no file.
  func record(of raw: RawRecord) throws -> Record {
    switch raw.content {
    case .json(let bytes): return try decode(try JSONValue(parsing: bytes))
    case .text(let bytes):
      let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
      guard let text = String(validating: text, as: UTF8.self) else {
        throw UserError.file("the text is not valid UTF-8")
      }
      return .text(text)
    }
  }
}
