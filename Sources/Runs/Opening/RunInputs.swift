import Inference
import Recipes
import Training

/// What a run, or an estimate of one, works on: the files of the model, what is learned, and the records. It is held
/// once and passed from stage to stage.
final class RunInputs<Task: LearningTask> {
  /// The recipe's file, for messages with lines.
  let file: RecipeFile
  let task: Task
  let files: ModelFiles
  let data: RunData<Task.Element>

  init(_ file: RecipeFile, _ task: Task, _ files: ModelFiles, _ data: RunData<Task.Element>) {
    (self.file, self.task, self.files, self.data) = (file, task, files, data)
  }
}
