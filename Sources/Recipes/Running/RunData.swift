import Diagnostics
import InstructionData
import Tensors

/// A run's examples.
public struct RunData {
  /// What is trained on.
  public let train: DataSet<Example>
  /// What is held out; nil where the recipe names nothing.
  public let heldOut: DataSet<Example>?
  /// How conversations were written.
  public let template: TemplateName
  /// The template together with the tokenizer; nil where there is no tokenizer or it does not fit.
  public let chat: ChatEncoder?

  /// Reads and tokenizes every record that the recipe names.
  ///
  /// - Parameter problems: whether the first problem is thrown, or all are collected.
  /// - Throws: `UserError` or `UserErrors`.
  public init(_ recipe: Recipe, _ files: ModelFiles, problems: ProblemHandling = .throwFirst) throws {
    template = recipe.data.template.flatMap { TemplateName(rawValue: $0.rawValue) } ?? .plain
    let loader = try DataLoader(
      template: template, encoder: files.encoder,
      options: DataOptions(
        trainOn: TrainOn(rawValue: recipe.data.trainOn.rawValue) ?? .completion,
        maximumLength: recipe.data.maxLength,
        lengthPolicy: LengthPolicy(rawValue: recipe.data.lengthPolicy.rawValue) ?? .error,
        columns: recipe.data.columns, vocabularySize: files.configuration.vocabularySize),
      threads: Threads.count)
    if let window = files.configuration.slidingWindow, window < recipe.data.maxLength {
      throw UserError.recipe(
        "data.max_length \(recipe.data.maxLength) is above the model's sliding_window \(window), which Attune does not "
          + "compute; set data.max_length to \(window) or less")
    }
    var found: [UserError] = []
    let train = Result { try loader.demonstrations(from: recipe.data.train.map(\.dataSource), problems: problems) }
    let heldOut =
      recipe.data.heldOut.isEmpty
      ? nil
      : Result { try loader.demonstrations(from: recipe.data.heldOut.map(\.dataSource), problems: problems) }
    for result in [train, heldOut].compactMap({ $0 }) {
      do { _ = try result.get() } catch let error as UserError {
        if problems == .throwFirst { throw error }
        found.append(error)
      } catch let errors as UserErrors {
        found += errors.errors
      }
    }
    if !found.isEmpty { throw UserErrors(found) }
    self.train = try train.get()
    self.heldOut = try heldOut?.get()
    chat = files.encoder.flatMap { [template] in try? ChatEncoder(template: .named(template), encoder: $0) }
  }
}

extension Recipe.Data.Source {
  /// The source as the data's reader takes it.
  var dataSource: DataSource {
    switch share {
    case .once: DataSource(path: path, name: name)
    case .epochs(let epochs): DataSource(path: path, name: name, epochs: epochs)
    case .weight(let weight): DataSource(path: path, name: name, weight: weight)
    }
  }
}
