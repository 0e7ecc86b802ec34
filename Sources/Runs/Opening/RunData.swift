import Diagnostics
import Inference
import InstructionData
import Recipes
import Training

/// A run's examples.
struct RunData<Element: TrainingExample> {
  /// What is trained on.
  let train: DataSet<Element>
  /// What is held out; nil where the recipe names nothing.
  let heldOut: DataSet<Element>?
  /// Both.
  var sets: [DataSet<Element>] { [train] + [heldOut].compactMap { $0 } }
  /// What became of the records of both.
  var reports: [SourceReport] { sets.flatMap(\.sources).map(\.report) }
  /// Where all examples come from, training files first.
  var sources: [DataSource] { train.sources.map(\.source) + (heldOut?.sources ?? []).map(\.source) }
  /// Identifies these examples, in the order of ``sources``.
  var digests: [UInt64] { train.digests + (heldOut?.digests ?? []) }
  /// How conversations were written.
  let template: TemplateName
  /// The template together with the tokenizer; nil if there is no tokenizer or it does not fit.
  let chat: ChatEncoder?

  /// Examples that were made otherwise.
  init(train: DataSet<Element>, heldOut: DataSet<Element>?, template: TemplateName, chat: ChatEncoder?) {
    (self.train, self.heldOut, self.template, self.chat) = (train, heldOut, template, chat)
  }

  /// Reads and tokenizes every record that the recipe names.
  ///
  /// - Parameters:
  ///   - problems: whether the first problem is thrown, or all are collected.
  ///   - onProgress: receives the progress of the reading now and then.
  /// - Throws: `UserError` or `UserErrors`.
  init<Task: LearningTask>(
    _ recipe: Recipe, _ task: Task, _ files: ModelFiles, problems: ProblemHandling = .throwFirst,
    onProgress: ((ReadingProgress) -> Void)? = nil
  ) throws where Task.Element == Element {
    template = recipe.templateName(for: files)
    var loader = try recipe.dataLoader(files)
    loader.onProgress = onProgress
    var found: [UserError] = []
    func load(_ sources: [Recipe.Data.Source]) throws -> DataSet<Element> {
      try task.examples(from: sources.map(\.dataSource), by: loader, problems: problems)
    }
    let train = Result { try load(recipe.data.train) }
    let heldOut = recipe.data.heldOut.isEmpty ? nil : Result { try load(recipe.data.heldOut) }
    for result in [train, heldOut].compactMap({ $0 }) {
      do { _ = try result.get() } catch let error as UserError {
        if problems == .throwFirst { throw error }
        found.append(error)
      } catch let errors as UserErrors {
        found += errors.errors
      }
    }
    if !found.isEmpty { throw UserErrors(found) }
    self.train = try train.get().taking(share: recipe.data.share)
    self.heldOut = try heldOut?.get()
    chat = recipe.chatEncoder(files)
  }

  /// What a task needs for these examples.
  func preparation<Task: LearningTask>(
    for task: Task, _ files: ModelFiles
  ) -> TaskPreparation<Element> where Task.Element == Element {
    task.preparation(
      training: train.examples, heldOut: heldOut?.examples ?? [], positions: files.configuration.maximumPositions)
  }
}
