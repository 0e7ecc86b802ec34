import Diagnostics
import StrictJSON

/// Turns the records of one source into examples.
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
  /// - Throws: `UserError` if the file cannot be read to its end or gives no examples, of kind `recipe` if every record
  ///   would fail; and what `problems` throws.
  mutating func read(
    threads: Int, problems: inout ProblemCollector, onProgress: ((ReadingProgress) -> Void)?,
    make: @escaping @Sendable (RawRecord, ExampleOrigin) throws -> Outcome<Element>
  ) throws {
    let before = problems.count
    let (index, path) = (self.index, source.path)
    try forEachRecord(of: source, threads: threads, onProgress: onProgress) { raw in
      Result { try make(raw, ExampleOrigin(source: index, line: raw.line)) }.mapError { RecordFailure($0, raw, path) }
    } take: { outcome in
      try take(outcome, &problems)
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
    case .success(.kept(let made, let length, let truncated, let notes)):
      report.add(notes)
      examples += made
      report.examples += made.count
      report.tokens += made.reduce(0) { $0 + $1.tokenCount }
      report.trainedTokens += made.reduce(0) { $0 + $1.trainedCount }
      report.truncated += truncated ? 1 : 0
      report.chosenAnswers += made.count(where: \.hasChosenAnswer)
      report.rejectedAnswers += made.count(where: \.hasRejectedAnswer)
      report.equalAnswers += made.count(where: \.hasEqualAnswers)
      report.longest = max(report.longest, length)
    }
  }

  private func noExamples() -> UserError {
    if report.records == 0 { return .file("\(source.path): the file contains no records") }
    return .file(
      "\(source.path): none of its \(report.records) records can be trained on: \(report.dropped) are longer than "
        + "data.max_length (the longest has \(report.longest) tokens), \(report.empty) have an empty answer")
  }
}

/// Why a record is unusable.
private struct RecordFailure: Error {
  let error: UserError
  /// What is wrong, without file and line.
  let problem: String
  /// Whether every other record would fail in the same way, so that there is no point in reading on.
  let isFinal: Bool

  init(_ error: any Error, _ raw: RawRecord, _ path: String) {
    self.error = placed(error, raw, path)
    problem = (error as? IncompleteRecord)?.problem ?? (error as? UserError)?.message ?? "\(error)"
    isFinal = self.error.kind == .recipe || error is UnusableTemplate
  }
}

extension JSONError {
  /// How to fix it, if that isn't obvious.
  fileprivate var remedy: String {
    if problem.hasSuffix("is not valid UTF-8") { return "; save the file as UTF-8 (iconv -f LATIN1 -t UTF-8)" }
    if problem.hasSuffix("end of the document, found ','") {
      return "; remove the comma: nothing separates the lines of JSONL"
    }
    return ""
  }
}

/// A record's error, starting with the file and the line.
func placed(_ error: any Error, _ raw: RawRecord, _ path: String) -> UserError {
  switch error {
  case let error as JSONError:
    // If the very first line is not JSON, the file probably has another format.
    let isFirst = raw.line == 1 && error.line == 1
    return .file(
      error.message(in: path, startingAt: raw.line) + error.remedy
        + (isFirst ? "; expected one JSON object per line, one array of objects, or a text file named .txt" : ""))
  case let unusable as UnusableTemplate: return unusable.error
  case let incomplete as IncompleteRecord: return placed(incomplete.error, raw, path)
  case let error as UserError:
    return error.kind == .recipe ? error : .file("\(path):\(raw.line): \(error.message)")
  default:
    return .file("\(path):\(raw.line): \(error)")
  }
}
