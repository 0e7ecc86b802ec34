import InstructionData
import Testing
import Training

@Suite("Early stopping")
struct EarlyStoppingTests {
  /// A rate that soon only harms.
  private func train(
    _ tiny: TinyTraining, from state: TrainingState? = nil, patience: Int? = 2, stop: Int? = nil
  ) throws -> (trainer: Trainer<Example>, isComplete: Bool, words: [String]) {
    var trainer = tiny.trainer(rate: 1, options: .init(evaluateEvery: 2, patience: patience), state: state)
    var words: [String] = []
    let isComplete = try trainer.run { event, state in
      words.append(event.word)
      if case .step(let report) = event, report.step == stop { return .stop }
      return .continue
    }
    return (trainer, isComplete, words)
  }

  @Test("ends after so many evaluations without a lower loss, saved, and as a run that is complete")
  func ends() throws {
    let (trainer, isComplete, words) = try train(TinyTraining(length: .steps(60)))
    let evaluations = words.filter { $0.hasPrefix("evaluation") && $0 != "evaluation 0" }
    #expect(isComplete)
    #expect(trainer.state.step < 60)
    #expect(trainer.state.evaluationsSinceBest == 2)
    #expect(evaluations.suffix(3).map { $0.hasSuffix("best") } == [true, false, false])
    #expect(words.last == "last")
    // The data would have gone on: without patience the run does.
    #expect(try train(TinyTraining(length: .steps(60)), patience: nil).trainer.state.step == 60)
  }

  @Test("a run that was stopped in between ends at the same step with the same weights")
  func resumed() throws {
    let whole = try TinyTraining(length: .steps(60))
    let straight = try train(whole).trainer
    for stop in 1..<straight.state.step {
      let tiny = try TinyTraining(length: .steps(60))
      let first = try train(tiny, stop: stop)
      #expect(!first.isComplete)
      let store = tiny.store()
      try store.save(.last, tiny.model.trained, first.trainer.state)
      let state = try store.restore(tiny.model.trained, beginning: tiny.beginning) { _ in }
      let second = try train(tiny, from: state)
      #expect(second.isComplete)
      #expect(second.trainer.state.everything == straight.state.everything)
      #expect(tiny.weights == whole.weights)
    }
  }

  @Test("a run that has ended early does nothing more")
  func ended() throws {
    let tiny = try TinyTraining(length: .steps(60))
    let state = try train(tiny).trainer.state
    let again = try train(tiny, from: state)
    #expect(again.isComplete && again.words.isEmpty)
  }
}
