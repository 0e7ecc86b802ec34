import Autodiff
import InstructionData
import LanguageModels
import Testing
import Training

@Suite("Steps that update each parameter during the backward pass")
struct StepInBackwardTests {
  /// What some steps leave: weights, state, losses and norms.
  private struct Outcome: Equatable {
    var weights: [[Float]] = []
    var state: [String] = []
    var steps: [[Double]] = []
  }

  private func train(
    inBackward: Bool, clipNorm: Double? = 0.5, holding: TinyTraining.Holding = .init(),
    checkpointing: ActivationCheckpointing = .none, objective: Objective<Example> = .supervised
  ) throws -> Outcome {
    let tiny = try TinyTraining(length: .epochs(2), shuffles: false, microBatch: 3, holding)
    tiny.model.checkpointing = checkpointing
    var trainer = tiny.trainer(
      objective: objective, holdsOut: false, options: .init(clipNorm: clipNorm, updatesInBackward: inBackward))
    var outcome = Outcome()
    _ = try trainer.run { event, _ in
      if case .step(let step) = event { outcome.steps.append([step.loss, step.gradientNorm]) }
      return .continue
    }
    (outcome.weights, outcome.state) = (tiny.weights, trainer.state.everything)
    #expect(tiny.model.parameters.allSatisfy { $0.variable.gradient == nil })
    return outcome
  }

  @Test(
    "change nothing, bit for bit, with and without clipping and recomputation", arguments: TinyTraining.Holding.all,
    [0.5, nil] as [Double?])
  func equal(holding: TinyTraining.Holding, clipNorm: Double?) throws {
    for checkpointing in [ActivationCheckpointing.none, .full] {
      let together = try train(
        inBackward: false, clipNorm: clipNorm, holding: holding, checkpointing: checkpointing)
      let inBackward = try train(inBackward: true, clipNorm: clipNorm, holding: holding, checkpointing: checkpointing)
      #expect(inBackward == together)
      #expect(together.steps.count == 8)
    }
  }

  @Test("are skipped where the loss is not finite: nothing has changed", arguments: [0.5, nil] as [Double?])
  func skipped(clipNorm: Double?) throws {
    // Line 5 is in the second batch of three, and there are two epochs.
    let spoilt = Objective<Example>(
      loss: { model, examples in
        let loss = Objective.supervised.loss(model, examples)
        let isSpoilt = examples.contains { $0.origin.line == 5 }
        return LossSum(sum: isSpoilt ? Float.infinity * loss.sum : loss.sum, count: loss.count)
      }, evaluate: Objective.supervised.evaluate)
    let together = try train(inBackward: false, clipNorm: clipNorm, objective: spoilt)
    let inBackward = try train(inBackward: true, clipNorm: clipNorm, objective: spoilt)
    #expect(inBackward.weights == together.weights && inBackward.state == together.state)
    #expect(inBackward.steps.map { $0[0].isFinite } == [true, false, true, true, true, false, true, true])
  }
}
