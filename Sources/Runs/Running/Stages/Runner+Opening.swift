import Inference
import Training

/// A run whose records are read and whose memory suffices; no weights are read yet.
struct OpenedRun<Task: LearningTask> {
  let inputs: RunInputs<Task>
  /// The memory that the run will take.
  let memory: MemoryEstimate
}

extension Runner {
  /// Reads the records, and checks that adapter and memory suit the model.
  ///
  /// - Throws: `UserError`.
  func open<Task: LearningTask>(_ task: Task, _ files: ModelFiles) throws -> OpenedRun<Task> {
    let inputs = RunInputs(file, task, files, try RunData(recipe, task, files))
    if let problem = recipe.adapterProblems(at: file, files).first { throw problem }
    let memory = try Estimator(inputs: inputs).checkMemory(of: recipe)
    return OpenedRun(inputs: inputs, memory: memory)
  }
}
