import InstructionData
import Tensors
import Training

extension Runner {
  /// Answers before the first step, then trains to the end or until the run is stopped: a dry run after one step, with
  /// an estimate of the complete run.
  ///
  /// - Returns: whether the end was reached.
  /// - Throws: `UserError`.
  func train(_ run: inout StartedRun<some LearningTask>) throws -> Bool {
    let (prepared, output, trainerOptions) = (run.prepared, run.output, run.trainer.options)
    let (weights, totalSteps) = (prepared.weights, run.trainer.plan.totalSteps)
    func answer(_ moment: RunEvent.Moment, step: Int) throws -> Bool {
      try self.answer(moment, weights.model, prepared.inputs, output?.recorder, step: step)
    }
    // Reading records and weights has freed much that the first step would otherwise lie beside.
    SystemMemory.giveBackFreedMemory()
    if run.trainer.state.step == 0, try !answer(.before, step: 0) { return false }
    let isComplete = try run.trainer.run(while: shouldContinue) { event, state in
      if case .checkpoint(let kind) = event {
        try output?.recorder.synchronize()
        try output?.store.save(kind, weights.parameters, frozen: weights.frozen, state)
      }
      try output?.recorder.record(event, step: state.step)
      if case .evaluation(let step, _, _) = event, step > 0, !trainerOptions.isEnd(state, totalSteps: totalSteps) {
        _ = try answer(.whileTraining, step: step)
      }
      let flow = report(.training(event))
      if isDryRun, case .step = event { return .stop }
      return flow
    }
    if isDryRun { try reportEstimate(of: run) }
    return isComplete
  }

  /// Reports what the complete run would take.
  ///
  /// - Throws: `UserError`.
  private func reportEstimate(of run: StartedRun<some LearningTask>) throws {
    let prepared = run.prepared
    let batches = try PlannedBatches(recipe, prepared.inputs.data)
    let cost = StepCost(
      measuring: prepared.weights.model, prepared.weights.parameters, prepared.objective, on: batches.typical,
      freesGradients: recipe.optimizer.isInBackward)
    let update = StepCost.update(
      of: prepared.weights.parameterCount, in: recipe.trainedType, by: recipe.beginningOptimizer)
    let time = TimeEstimate(cost, update: update, batches, recipe)
    _ = report(.estimated(time, prepared.memory))
  }
}
