import Diagnostics
import StrictJSON

/// One source on its way from a file to examples.
struct SourceLoading<Element: TrainingExample> {
  private let source: DataSource
  private let index: Int
  private var examples: [Element] = []
  private var report: SourceReport

  init(source: DataSource, index: Int) {
    self.source = source
    self.index = index
    report = SourceReport(name: source.name, path: source.path)
  }

  var result: LoadedSource<Element> { LoadedSource(source: source, examples: examples, report: report) }

  /// Reads the file to its end.
  ///
  /// - Throws: `UserError` where the file can't be read on, where it holds no examples, or of kind `recipe` where no
  ///   record could be used; and what `problems` throws.
  mutating func read(
    threads: Int, problems: inout ProblemCollector, onProgress: ((ReadingProgress) -> Void)?,
    make: @escaping @Sendable (RawRecord, ExampleOrigin) throws -> Outcome<Element>
  ) throws {
    let before = problems.count
    var reader = try RecordReader(path: source.path)
    var bytes = 0
    let (index, path) = (self.index, source.path)
    while true {
      let (batch, failure) = reader.nextBatch()
      let outcomes = parallelMap(batch, threads: threads) { raw in
        Result { try make(raw, ExampleOrigin(source: index, line: raw.line)) }.mapError { RecordFailure($0, raw, path) }
      }
      for outcome in outcomes { try take(outcome, &problems) }
      bytes += batch.reduce(0) { $0 + $1.byteCount }
      if !batch.isEmpty { onProgress?(ReadingProgress(source, records: report.records, bytes: bytes)) }
      if let failure { throw failure }
      if batch.isEmpty { break }
    }
    if examples.isEmpty, problems.count == before { throw noExamples() }
  }

  private mutating func take(
    _ outcome: Result<Outcome<Element>, RecordFailure>, _ problems: inout ProblemCollector
  ) throws {
    report.records += 1
    switch outcome {
    case .failure(let failure):
      if failure.isFinal { throw failure.error }
      try problems.add(failure.error, in: source.path, problem: failure.problem)
    case .success(.dropped(let length)):
      report.dropped += 1
      report.longest = max(report.longest, length)
    case .success(.empty): report.empty += 1
    case .success(.kept(let made, let length, let truncated)):
      examples += made
      report.examples += made.count
      report.tokens += made.reduce(0) { $0 + $1.tokenCount }
      report.trainedTokens += made.reduce(0) { $0 + $1.trainedCount }
      report.truncated += truncated ? 1 : 0
      report.equalAnswers += made.count(where: \.hasEqualAnswers)
      report.longest = max(report.longest, length)
    }
  }

  private func noExamples() -> UserError {
    if report.records == 0 { return .file("\(source.path): the file holds no records") }
    return .file(
      "\(source.path): none of its \(report.records) records can be trained on: \(report.dropped) are longer than "
        + "data.max_length (the longest has \(report.longest) tokens), \(report.empty) have an empty answer")
  }
}

/// Why a record can't be used.
private struct RecordFailure: Error {
  let error: UserError
  /// What is wrong, without file and line.
  let problem: String
  /// Whether no record fares better, so that reading on is of no use.
  let isFinal: Bool

  init(_ error: any Error, _ raw: RawRecord, _ path: String) {
    self.error = placed(error, raw, path)
    problem = (error as? UserError)?.message ?? "\(error)"
    isFinal = self.error.kind == .recipe || error is UnusableTemplate
  }
}

extension JSONError {
  /// What to do about it, where that isn't plain.
  fileprivate var remedy: String {
    if problem.hasSuffix("is not valid UTF-8") { return "; save the file as UTF-8 (iconv -f LATIN1 -t UTF-8)" }
    if problem.hasSuffix("end of the document, found ','") { return "; no comma separates the lines of JSONL" }
    return ""
  }
}

/// A record's error with the file and line before it.
func placed(_ error: any Error, _ raw: RawRecord, _ path: String) -> UserError {
  switch error {
  case let error as JSONError:
    // Where the very first line is none, the file is probably of another kind.
    let isFirst = raw.line == 1 && error.line == 1
    return .file(
      "\(path):\(raw.line + error.line - 1): not JSON: \(error.problem) (column \(error.column))"
        + error.remedy
        + (isFirst ? "; a file holds one JSON object a line, or one array of objects, or ends in .txt" : ""))
  case let unusable as UnusableTemplate: return unusable.error
  case let error as UserError:
    return error.kind == .recipe ? error : .file("\(path):\(raw.line): \(error.message)")
  default:
    return .file("\(path):\(raw.line): \(error)")
  }
}
