import Diagnostics
import StrictJSON

/// What became of a record, and which of its keys were not read.
struct RecordOutcome<Element: TrainingExample>: Sendable {
  let outcome: Outcome<Element>
  let unusedKeys: UnusedKeys
}

/// Turns the records of one source into examples.
struct SourceLoading<Element: TrainingExample> {
  private let source: DataSource
  private let index: Int
  private var examples: [Element] = []
  private var report: SourceReport
  /// The first record that is too long, if that ends the reading, and how many there are.
  private var tooLong: (failure: RecordFailure, count: Int, longest: Int)?

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
    make: @escaping @Sendable (RawRecord, ExampleOrigin) throws -> RecordOutcome<Element>
  ) throws {
    let before = problems.count
    let (index, path) = (self.index, source.path)
    do {
      try forEachRecord(of: source, threads: threads, onProgress: onProgress) { raw in
        Result { try make(raw, ExampleOrigin(source: index, line: raw.line)) }.mapError { RecordFailure($0, raw, path) }
      } take: { outcome in
        try take(outcome, &problems)
      }
    } catch let error as UserError {
      throw tooLongError() ?? error
    }
    if let error = tooLongError() { throw error }
    if examples.isEmpty, problems.count == before { throw noExamples() }
  }

  private mutating func take(
    _ outcome: Result<RecordOutcome<Element>, RecordFailure>, _ problems: inout ProblemCollector
  ) throws {
    report.records += 1
    if tooLong == nil, case .success(let record) = outcome { report.unusedKeys.add(record.unusedKeys) }
    switch outcome.map(\.outcome) {
    case .failure(let failure):
      if let length = failure.length, problems.throwsFirst {
        // The longest record is worth knowing, so read on.
        tooLong = (tooLong?.failure ?? failure, (tooLong?.count ?? 0) + 1, max(tooLong?.longest ?? 0, length))
        return
      }
      if tooLong != nil { return }
      if failure.isFinal { throw failure.error }
      try problems.add(failure.error, in: source.path, problem: failure.problem, length: failure.length)
    case .success where tooLong != nil: break
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

  /// The error for the first record that is too long, with the longest length of the file.
  private func tooLongError() -> UserError? {
    guard let tooLong else { return nil }
    let error = tooLong.failure.error
    if tooLong.count == 1 { return error }
    return .file(
      "\(error.message); \(tooLong.count) records are too long, and the longest has \(tooLong.longest) tokens")
  }

  private func noExamples() -> UserError {
    if report.records == 0 { return .file("\(source.path): the file contains no records") }
    return .file(
      "\(source.path): none of its \(report.records) records can be trained on: \(report.dropped) are longer than "
        + "data.max_length (the longest has \(report.longest) tokens), \(report.empty) have no answer to train on")
  }
}

/// Why a record is unusable.
private struct RecordFailure: Error {
  let error: UserError
  /// What is wrong, without file and line.
  let problem: String
  /// Whether every other record would fail in the same way, so that there is no point in reading on.
  let isFinal: Bool
  /// How many tokens the record has, if it is too long.
  let length: Int?

  init(_ error: any Error, _ raw: RawRecord, _ path: String) {
    length = (error as? TooLongRecord)?.length
    let error = (error as? TooLongRecord)?.error ?? error
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
