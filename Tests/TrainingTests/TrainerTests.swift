import Autodiff
import Diagnostics
import InstructionData
import LanguageModels
import Optimization
import Testing
import Training

@Suite("The training loop")
struct TrainerTests {
  @Test("a batch that is seen often enough is known by heart")
  func overfitting() throws {
    let tiny = try TinyTraining()
    // Records that start alike and continue differently could not all be known.
    let batch = [tiny.data.examples[1], tiny.data.examples[3], tiny.data.examples[6]]
    let parameters = tiny.model.trained
    var optimizer = AdamW(weightDecay: 0)
    var loss = Double.infinity
    for _ in 0..<200 where loss >= 0.01 {
      let sum = Objective.supervised.loss(tiny.model, batch)
      sum.sum.backward()
      loss = Double(sum.sum.scalar) / Double(sum.count)
      optimizer.step(parameters, learningRate: 1e-2, gradientScale: 1 / Double(sum.count))
      for parameter in parameters { parameter.variable.clearGradient() }
    }
    #expect(loss < 0.01)
  }

  @Test("events come in order: evaluated before the first step, saved where asked, both after the last")
  func events() throws {
    let tiny = try TinyTraining(length: .steps(5))
    var (words, states): ([String], [Int]) = ([], [])
    var trainer = tiny.trainer(options: .init(evaluateEvery: 2, checkpointEvery: 3))
    let isComplete = try trainer.run { event, state in
      words.append(event.word)
      states.append(state.step)
      return .continue
    }
    #expect(isComplete)
    #expect(
      words == [
        "evaluation 0", "step 1", "step 2", "evaluation 2 best", "best", "step 3", "last", "step 4",
        "evaluation 4 best", "best", "step 5", "evaluation 5 best", "best", "last",
      ])
    #expect(states == [0, 1, 2, 2, 2, 3, 3, 4, 4, 4, 5, 5, 5, 5])
  }

  @Test("without a held-out set nothing is evaluated and nothing is best")
  func noHeldOut() throws {
    let tiny = try TinyTraining(length: .steps(2))
    var words: [String] = []
    var trainer = tiny.trainer(holdsOut: false, options: .init(evaluateEvery: 1, checkpointEvery: 100))
    _ = try trainer.run { event, _ in
      words.append(event.word)
      return .continue
    }
    #expect(words == ["step 1", "step 2", "last"])
  }

  @Test("where training only harms, the best state is still one that was trained")
  func harm() throws {
    let tiny = try TinyTraining(length: .steps(4))
    var (words, losses): ([String], [Double]) = ([], [])
    var trainer = tiny.trainer(rate: 1, options: .init(evaluateEvery: 1))
    _ = try trainer.run { event, _ in
      words.append(event.word)
      if case .evaluation(_, let report, _) = event { losses.append(report.total.loss) }
      return .continue
    }
    #expect(losses.dropFirst().allSatisfy { $0 > losses[0] })
    #expect(words.contains("best"))
    #expect(trainer.state.bestLoss == losses.dropFirst().min())
  }

  @Test("every record is seen once an epoch, the last partial batch too")
  func everyRecord() throws {
    let tiny = try TinyTraining(length: .epochs(2))
    var reports: [StepReport] = []
    var trainer = tiny.trainer()
    _ = try trainer.run { event, _ in
      if case .step(let report) = event { reports.append(report) }
      return .continue
    }
    #expect(reports.map(\.step) == Array(1...8))
    let total = tiny.data.total
    for epoch in [reports[..<4], reports[4...]] {
      #expect(epoch.reduce(0) { $0 + $1.tokens } == total.tokens)
      #expect(epoch.reduce(0) { $0 + $1.trainedTokens } == total.trainedTokens)
    }
    #expect(reports.map(\.epoch) == [0.3, 0.6, 0.9, 1, 1.3, 1.6, 1.9, 2])
    let shuffled = Set([reports[3].tokens, reports[7].tokens, tiny.data.examples[9].tokenCount])
    #expect(shuffled.count > 1, "the last batch of an epoch holds another record each time")
  }

  @Test("the size of micro-batches changes nothing but rounding")
  func accumulation() throws {
    func losses(microBatchSize: Int) throws -> [Double] {
      let tiny = try TinyTraining()
      let plan = try BatchPlan(
        mixture: tiny.plan.mixture, batchSize: 5, microBatchSize: microBatchSize, length: .epochs(3))
      var trainer = Trainer(
        model: tiny.model, parameters: tiny.model.trained, objective: .supervised, data: tiny.data, plan: plan,
        schedule: Schedule(.constant, peak: 1e-3, totalSteps: plan.totalSteps),
        state: TrainingState(cursor: plan.start, optimizer: AdamW()))
      var losses: [Double] = []
      _ = try trainer.run { event, _ in
        if case .step(let report) = event { losses.append(report.loss) }
        return .continue
      }
      return losses
    }
    let whole = try losses(microBatchSize: 5)
    for size in [1, 2, 4] {
      for (loss, expected) in zip(try losses(microBatchSize: size), whole) { #expect(abs(loss / expected - 1) < 1e-5) }
    }
    #expect(abs(try losses(microBatchSize: 1)[0] / whole[0] - 1) < 1e-6)
  }
}
