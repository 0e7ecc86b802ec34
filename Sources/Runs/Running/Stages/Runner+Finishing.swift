import Diagnostics
import InstructionData
import Optimization
import Recipes
import Training

extension Runner {
  /// Takes the weights that the recipe asks for, answers with them, and writes result and report.
  ///
  /// - Returns: whether the end was reached.
  /// - Throws: `UserError`.
  func finish(_ run: StartedRun<some LearningTask>) throws -> Bool {
    let (inputs, weights) = (run.prepared.inputs, run.prepared.weights)
    let (step, plan) = (run.trainer.state.step, run.trainer.plan)
    let isEarly = step < plan.totalSteps
    let written = try takeBest(weights.parameters, run.trainer.state, from: run.output?.store)
    guard try answer(.after, weights.model, inputs, run.output?.recorder, step: step) else {
      return stopped(at: step)
    }
    let result = try run.output.map { output in
      try weights.writeResult(to: output.folder.file(weights.resultName), run.contents)
      try output.recorder.finish(
        step: step, isEarly: isEarly, result: weights.resultName, weights: written,
        sources: plan.contributions(of: inputs.data.train, steps: step))
      return "\(recipe.output)/\(weights.resultName)"
    }
    _ = report(
      .finished(RunResult(file: result, step: step, isComplete: true, isEarly: isEarly, seconds: seconds)))
    return true
  }

  /// Reads the best weights if the recipe asks for them.
  ///
  /// - Returns: which weights are the result: the last ones if there are no best ones, or these are lost.
  private func takeBest(
    _ parameters: [Parameter], _ state: TrainingState, from store: CheckpointStore?
  ) throws -> Recipe.Training.Result {
    guard recipe.training.result == .best, let store, state.bestLoss != nil else { return .last }
    do {
      try store.readParameters(parameters, from: store.best)
      return .best
    } catch let error as UserError {
      _ = report(.warning("\(error.message); the best weights are lost, and the last ones are the result"))
      return .last
    }
  }
}
