import Checkpoints
import Diagnostics
import Foundation
import InstructionData
import LanguageModels
import StrictJSON
import Testing
import Training

/// A run that is stopped, or dies, and resumes from its checkpoint in another process: a model and a state that know
/// nothing but the files.
@Suite("A run that was stopped resumes as if it had not been")
struct ResumptionTests {
  private struct Crash: Error {}

  /// What a run leaves.
  private struct Outcome: Equatable {
    var weights: [[Float]] = []
    var state: [String] = []
    /// Lines of the metrics, without the times.
    var metrics: [String] = []
  }

  private let options = Trainer<Example>.Options(evaluateEvery: 3, checkpointEvery: 2)

  /// Runs `tiny` to its end, to step `stop`, where it is asked to stop, to the evaluation after step `breakOff`, where it
  /// is asked the same, or to step `crash`, where it dies.
  private func run(
    _ tiny: TinyTraining, stop: Int? = nil, breakOff: Int? = nil, crash: Int? = nil, resume: Bool = false
  ) throws -> Outcome {
    let store = tiny.store()
    let state = resume ? try store.restore(tiny.model.trained, beginning: tiny.beginning) { _ in } : nil
    let metrics = try MetricsFile(
      tiny.folder["metrics.jsonl"], resumingAt: state?.step, evaluatesAgain: state?.isEvaluationDue ?? false)
    if state == nil { try metrics.write(["event": "start"]) }
    var trainer = tiny.trainer(options: options, state: state)
    do {
      var step = state?.step ?? 0
      let isComplete = try trainer.run(while: { step != breakOff }) { event, state in
        step = state.step
        if case .checkpoint(let kind) = event { try store.save(kind, tiny.model.trained, state) }
        try metrics.write(event.json(step: state.step))
        guard case .step(let report) = event else { return .continue }
        if report.step == crash { throw Crash() }
        return report.step == stop ? .stop : .continue
      }
      #expect(isComplete == (stop == nil && breakOff == nil))
      if isComplete { try metrics.write(["event": "end"]) }
    } catch is Crash {}
    let lines = try String(contentsOf: tiny.folder["metrics.jsonl"], encoding: .utf8).split(separator: "\n")
    let timeless = try lines.map { line in
      let members = try #require(JSONValue(parsing: Data(line.utf8)).objectValue).members
      return JSONValue.members(
        members.filter { !["seconds", "tokens_per_second", "peak_memory_bytes"].contains($0.key) }
      ).compactText
    }
    return Outcome(weights: tiny.weights, state: trainer.state.everything, metrics: timeless)
  }

  /// The same run in a fresh process: other objects, the first one's files.
  private func again(_ tiny: TinyTraining, _ holding: TinyTraining.Holding? = nil) throws -> TinyTraining {
    let other = try TinyTraining(holding)
    for name in tiny.folder.names where name != "train.jsonl" {
      try FileManager.default.copyItem(at: tiny.folder[name], to: other.folder[name])
    }
    return other
  }

  /// Expects the same end of the same story; checkpoints were saved besides where the run was stopped.
  private func expectSame(_ resumed: Outcome, _ whole: Outcome, at location: SourceLocation = #_sourceLocation) {
    #expect(resumed.weights == whole.weights, sourceLocation: location)
    #expect(resumed.state == whole.state, sourceLocation: location)
    func steps(_ lines: [String]) -> [String] { lines.filter { !$0.contains("checkpoint") } }
    #expect(steps(resumed.metrics) == steps(whole.metrics), sourceLocation: location)
  }

  @Test("asked to stop in mid-epoch, at its end, and again", arguments: [[2], [4], [5], [1, 7], [3, 4, 11]])
  func stopped(stops: [Int]) throws {
    let whole = try run(TinyTraining())
    var tiny = try TinyTraining()
    for (index, stop) in stops.enumerated() {
      _ = try run(tiny, stop: stop, resume: index > 0)
      tiny = try again(tiny)
    }
    let resumed = try run(tiny, resume: true)
    expectSame(resumed, whole)
  }

  @Test("with weights in bfloat16 alone and moments of eight bits", arguments: TinyTraining.Holding.all)
  func held(holding: TinyTraining.Holding) throws {
    let whole = try run(TinyTraining(holding))
    var tiny = try TinyTraining(holding)
    for stop in [3, 8] {
      _ = try run(tiny, stop: stop, resume: stop > 3)
      tiny = try again(tiny, holding)
    }
    let resumed = try run(tiny, resume: true)
    expectSame(resumed, whole)
  }

  @Test("but not with moments that are held in another way")
  func otherMoments() throws {
    let tiny = try TinyTraining(TinyTraining.Holding(moments: .int8))
    _ = try run(tiny, stop: 3)
    let other = try again(tiny, TinyTraining.Holding())
    var warnings: [String] = []
    #expect(throws: UserError.self) {
      try other.store().restore(other.model.trained, beginning: other.beginning) { warnings.append($0) }
    }
    #expect(warnings.first?.contains("are int8 and int8, expected float32") ?? false, "\(warnings)")
  }

  @Test(
    "asked to stop in an evaluation: the run resumes with it, and dies after it or not",
    arguments: [([0], nil), ([3], nil), ([6, 6], nil), ([3, 12], nil), ([6], 7)] as [([Int], Int?)])
  func brokenOff(evaluations: [Int], crash: Int?) throws {
    let whole = try run(TinyTraining())
    var tiny = try TinyTraining()
    for (index, step) in evaluations.enumerated() {
      _ = try run(tiny, breakOff: step, resume: index > 0)
      tiny = try again(tiny)
    }
    if let crash {
      _ = try run(tiny, crash: crash, resume: true)
      tiny = try again(tiny)
    }
    let resumed = try run(tiny, resume: true)
    expectSame(resumed, whole)
  }

  @Test("what is read back is what was saved: weights, moments, place, best loss")
  func complete() throws {
    let tiny = try TinyTraining()
    let stopped = try run(tiny, stop: 5)
    let other = try again(tiny)
    #expect(other.weights != stopped.weights)
    let state = try other.store().restore(other.model.trained, beginning: other.beginning) { _ in }
    #expect(state?.everything == stopped.state)
    #expect(state?.bestLoss != nil)
    #expect(other.weights == stopped.weights)
  }

  @Test("dead between two checkpoints: the steps since the last are done again, and logged once")
  func crashed() throws {
    let whole = try run(TinyTraining())
    let tiny = try TinyTraining()
    _ = try run(tiny, crash: 9)
    let resumed = try run(try again(tiny), resume: true)
    #expect(resumed == whole)
  }

  @Test("with a damaged last checkpoint the one before serves, and that is reported")
  func damaged() throws {
    let whole = try run(TinyTraining())
    let tiny = try again(
      { () throws -> TinyTraining in
        let tiny = try TinyTraining()
        _ = try run(tiny, crash: 9)
        return tiny
      }())
    let last = tiny.store().last
    var bytes = try Data(contentsOf: last)
    bytes[bytes.count / 2] ^= 1
    try bytes.write(to: last)
    var warnings: [String] = []
    let state = try tiny.store().restore(tiny.model.trained, beginning: tiny.beginning) { warnings.append($0) }
    #expect(state?.step == 6)
    #expect(warnings.count == 1)
    #expect(warnings[0].contains(last.path) && warnings[0].hasSuffix("the checkpoint is skipped"))
    let resumed = try run(tiny, resume: true)
    #expect(resumed == whole)
  }
}
