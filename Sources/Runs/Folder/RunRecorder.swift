import Foundation
import Inference
import InstructionData
import Recipes
import Reports
import StrictJSON
import Tensors
import Training

/// Records a run in its folder: `metrics.jsonl`, TensorBoard's events, the losses of the held-out records, and in the end
/// `report.html`.
final class RunRecorder {
  private let folder: URL
  private let recipe: Recipe
  private let metrics: MetricsFile
  private let tensorBoard: TensorBoardLog?
  private let heldOut: [HeldOutRecords]
  private var meter = EnergyMeter()
  private let start: ContinuousClock.Instant

  /// The records of a held-out file, by their lines.
  struct HeldOutRecords {
    let name: String
    let checksum: UInt32?
    let lines: [Int]

    /// The records of a loaded file.
    init<Element: TrainingExample>(_ source: LoadedSource<Element>) {
      name = source.source.name
      checksum = fileChecksum(source.source.path)
      lines = source.examples.map(\.origin.line)
    }
  }

  /// Opens the files, new or to be continued.
  ///
  /// - Parameters:
  ///   - summary: describes the data.
  ///   - firstLine: the line `start` of a new run.
  ///   - state: where the run resumes, or starts.
  ///   - start: when the process started to work on the run.
  /// - Throws: `UserError` of kind `output`.
  init(
    _ folder: OutputFolder, _ recipe: Recipe, _ summary: RunSummary, firstLine: JSONValue, heldOut: [HeldOutRecords],
    resumingAt state: TrainingState, since start: ContinuousClock.Instant
  ) throws {
    (self.folder, self.recipe, self.heldOut, self.start) = (folder.url, recipe, heldOut, start)
    let resumed = state.step > 0 ? state.step : nil
    metrics = try MetricsFile(
      folder.file("metrics.jsonl"), resumingAt: resumed, evaluatesAgain: state.isEvaluationDue)
    tensorBoard =
      recipe.logging.tensorboard
      ? try TensorBoardLog(in: folder.url, recipe: recipe.resolvedYAML, resumingAt: resumed) : nil
    if resumed == nil { try write(firstLine) }
    try write(Self.session(state.step, version: firstLine["version"] ?? .null))
    if resumed == nil {
      try write([
        "event": "data", "train": .array(summary.sources.map(\.json)),
        "held_out": .array(summary.heldOut.map(\.json)), "template": .string(summary.template.rawValue),
      ])
    }
  }

  /// Records an event of training.
  ///
  /// - Parameter step: the last one taken.
  /// - Throws: `UserError` of kind `output`.
  func record(_ event: TrainingEvent, step: Int) throws {
    var line = event.json(step: step)
    // The counters must be read every few minutes.
    let joules = meter.read()
    if case .checkpoint = event { line = line.adding(spent(joules)) }
    try write(line)
    if case .evaluation(_, let report, let isBest) = event, isBest || recipe.training.result == .last {
      try recordLosses(report, step)
    }
  }

  /// Records answers to the recipe's prompts.
  func record(samples: [(prompt: String, answer: String)], _ moment: RunEvent.Moment, step: Int) throws {
    try write([
      "event": "samples", "step": .integer(step), "moment": .string(moment.rawValue),
      "samples": .array(samples.map { ["prompt": .string($0.prompt), "answer": .string($0.answer)] }),
    ])
  }

  /// Records answers to the held-out prompts: their number, and the first of them.
  func record(answers: [AnswerComparison], _ moment: RunEvent.Moment, step: Int) throws {
    try write([
      "event": "answers", "step": .integer(step), "moment": .string(moment.rawValue),
      "matches": .integer(answers.count(where: \.isMatch)), "count": .integer(answers.count),
      "answers": .array(
        answers.prefix(20).map {
          ["expected": .string($0.expected), "written": .string($0.written), "match": .bool($0.isMatch)]
        }),
    ])
  }

  /// Records the end, and writes the report.
  ///
  /// - Parameters:
  ///   - isEarly: whether it ended because the patience was over.
  ///   - weights: which weights are the result.
  ///   - sources: what each file contributed.
  /// - Throws: `UserError` of kind `output`.
  func finish(
    step: Int, isEarly: Bool, result: String, weights: Recipe.Training.Result, sources: [Contribution]
  ) throws {
    try write(
      ([
        "event": "end", "seconds": .double((ContinuousClock.now - start).inSeconds), "steps": .integer(step),
        "result": .string(result), "weights": .string(weights.rawValue),
        "stopped_early": .bool(isEarly), "time": Self.now, "sources": .array(sources.json),
      ] as JSONValue).adding(spent(meter.read())))
    try RunPage(RunRecord(folder), recipe: recipe.entries, statedWatts: recipe.logging.watts)
      .write(to: folder.appendingPathComponent("report.html"))
  }

  /// Waits until the metrics are on disk, so that no checkpoint is ahead of them after a power failure.
  ///
  /// - Throws: `UserError` of kind `output`.
  func synchronize() throws { try metrics.synchronize() }

  private func write(_ line: JSONValue) throws {
    try metrics.write(line)
    try tensorBoard?.record(line)
  }

  /// The time and energy of this process up to now.
  private func spent(_ joules: Double?) -> [(key: String, value: JSONValue)] {
    [("session_seconds", .double((ContinuousClock.now - start).inSeconds))]
      + (joules.map { [("session_joules", .double($0))] } ?? [])
  }

  private func recordLosses(_ report: EvaluationReport, _ step: Int) throws {
    guard heldOut.count == report.sources.count else { return }
    let sources = zip(heldOut, report.sources).map { records, result in
      RecordLosses.Source(
        name: records.name, checksum: records.checksum, lines: records.lines,
        counts: result.scores.map(\.count), losses: result.scores.map(\.loss))
    }
    try RecordLosses(step: step, sources: sources).write(to: folder)
  }

  /// The line of a process that starts to work on a run: where and when.
  private static func session(_ step: Int, version: JSONValue) -> JSONValue {
    [
      "event": "session", "step": .integer(step), "time": now, "version": version,
      "processor": .string(Processor.name), "threads": .integer(Threads.count),
      "memory_bytes": .integer(ProcessInfo.processInfo.physicalMemory),
      "system": .string(ProcessInfo.processInfo.operatingSystemVersionString),
      "kernels": .string(KernelSet.current.name), "openblas": .string("core \(OpenBLAS.core)"),
    ]
  }

  private static var now: JSONValue { .string(Date().ISO8601Format()) }
}

extension JSONValue {
  /// An object with more members after its own.
  fileprivate func adding(_ more: [(key: String, value: JSONValue)]) -> JSONValue {
    .members((objectValue?.members ?? []) + more)
  }
}

extension [Contribution] {
  /// What sources contributed to a run, each with its share of all trained tokens.
  var json: [JSONValue] {
    let trained = Swift.max(1, reduce(0) { $0 + $1.trainedTokens })
    return map {
      [
        "name": .string($0.name), "examples": .integer($0.examples), "tokens": .integer($0.tokens),
        "trained_tokens": .integer($0.trainedTokens),
        "share": .double(Double($0.trainedTokens) / Double(trained)),
      ]
    }
  }
}

extension SourceReport {
  /// The report as part of a line.
  fileprivate var json: JSONValue {
    [
      "name": .string(name), "path": .string(path), "records": .integer(records), "examples": .integer(examples),
      "tokens": .integer(tokens), "trained_tokens": .integer(trainedTokens), "dropped": .integer(dropped),
      "truncated": .integer(truncated), "empty": .integer(empty), "longest": .integer(longest),
      "unused_keys": unusedKeys.json,
    ]
  }
}
