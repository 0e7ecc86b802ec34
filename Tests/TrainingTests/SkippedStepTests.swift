import Autodiff
import Diagnostics
import InstructionData
import LanguageModels
import StrictJSON
import Testing
import Training

@Suite("Steps that are not finite")
struct SkippedStepTests {
  /// The supervised loss, but not a number where a record of some line is among the examples.
  private func spoilt(lines: Set<Int>) -> Objective<Example> {
    Objective(
      loss: { model, examples in
        let loss = Objective.supervised.loss(model, examples)
        let isSpoilt = examples.contains { lines.contains($0.origin.line) }
        return LossSum(sum: isSpoilt ? Float.nan * loss.sum : loss.sum, count: loss.count)
      }, evaluate: Objective.supervised.evaluate)
  }

  @Test("they are skipped and reported, and leave weights and moments as they were")
  func skipped() throws {
    let tiny = try TinyTraining(length: .epochs(1), shuffles: false)
    var reports: [StepReport] = []
    var (lines, weights, states): ([JSONValue], [[[Float]]], [TrainingState]) = ([], [tiny.weights], [tiny.beginning])
    // Line 5 is in the second batch of three.
    var trainer = tiny.trainer(objective: spoilt(lines: [5]), holdsOut: false)
    _ = try trainer.run { event, state in
      guard case .step(let report) = event else { return .continue }
      reports.append(report)
      lines.append(event.json(step: state.step))
      weights.append(tiny.weights)
      states.append(state)
      return .continue
    }
    #expect(reports.map(\.isSkipped) == [false, true, false, false])
    #expect(weights[1] == weights[2] && weights[0] != weights[1] && weights[2] != weights[3])
    #expect(states.map(\.optimizer.stepCount) == [0, 1, 1, 2, 3])
    #expect(states.map(\.step) == [0, 1, 2, 3, 4])
    #expect(states.map(\.skippedInARow) == [0, 0, 1, 0, 0])
    #expect(lines[1]["loss"] == .null && lines[1]["gradient_norm"] == .null && lines[1]["skipped"] == true)
    #expect(lines[0]["skipped"] == nil && lines[0]["loss"]?.doubleValue == reports[0].loss)
  }

  @Test("too many in a row end the run, naming the records of the last")
  func tooMany() throws {
    let tiny = try TinyTraining(length: .epochs(3), shuffles: false)
    let before = tiny.weights
    var trainer = tiny.trainer(
      objective: spoilt(lines: Set(1...10)), holdsOut: false, options: .init(maximumSkipped: 2))
    var words: [String] = []
    let error = try #require(throws: UserError.self) {
      try trainer.run { event, _ in
        words.append(event.word)
        return .continue
      }
    }
    #expect(words == ["step 1 skipped", "step 2 skipped"])
    #expect(error.kind == .training)
    let path = tiny.folder["train.jsonl"].path
    #expect(error.message.hasPrefix("step 3: the loss or its gradient was not finite in 3 steps in a row"))
    #expect(error.message.contains("\(path):7, \(path):8, \(path):9"))
    #expect(tiny.weights == before)
  }

  @Test("a checkpoint that is due at a skipped step is written after the next that is taken")
  func checkpoint() throws {
    let tiny = try TinyTraining(length: .epochs(1), shuffles: false)
    var trainer = tiny.trainer(
      objective: spoilt(lines: [5]), holdsOut: false, options: .init(checkpointEvery: 2))
    var words: [String] = []
    _ = try trainer.run { event, _ in
      words.append(event.word)
      return .continue
    }
    #expect(words == ["step 1", "step 2 skipped", "step 3", "last", "step 4", "last"])
  }

  @Test("too many in a row leave the checkpoint before them as it is")
  func noCheckpoint() throws {
    let tiny = try TinyTraining(length: .epochs(3), shuffles: false)
    var trainer = tiny.trainer(
      objective: spoilt(lines: Set(4...10)), holdsOut: false, options: .init(checkpointEvery: 1, maximumSkipped: 1))
    var words: [String] = []
    #expect(throws: UserError.self) {
      try trainer.run { event, _ in
        words.append(event.word)
        return .continue
      }
    }
    #expect(words == ["step 1", "last", "step 2 skipped"])
  }
}
