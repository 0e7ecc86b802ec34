import DataChecks
import Inference
import InstructionData
import LanguageModels
import Recipes
import Tensors
import Training

/// Which answers a model finds least likely for what they answer.
///
/// An answer's likelihood alone shows how long and how unusual it is. What its prompt adds to it shows whether they
/// belong together: log p(answer | its prompt) − log p(answer | another record's prompt), the pointwise mutual
/// information, which is also the strongest test of one against the other (Neyman and Pearson).
final class AnswerScoring {
  private let recipe: Recipe
  private let files: ModelFiles

  init(_ recipe: Recipe, _ files: ModelFiles) { (self.recipe, self.files) = (recipe, files) }

  /// The share of the training records whose answers fit their prompts least, the worst first.
  ///
  /// - Throws: `UserError`, `UserErrors`.
  func findings(worst: Double, onProgress: (Int, Int) -> Void) throws -> [Finding] {
    let pairs = try examples().compactMap(PromptAndAnswer.init)
    guard pairs.count > 1 else { return [] }
    let model = try files.model(precision: recipe.model.precision, trainable: false, seed: UInt64(recipe.seed))
    model.sharesPrefixes = recipe.data.sharePrefixes
    var others = Array(pairs.indices)
    var stream = RandomStream(seed: UInt64(recipe.seed), purpose: "contrast")
    others.shuffle(using: &stream)
    // The next one in a random order: no record is its own neighbour.
    var contrast = [Int](repeating: 0, count: pairs.count)
    for position in others.indices { contrast[others[position]] = others[(position + 1) % others.count] }
    let own = try score(pairs.map(\.example), model) { onProgress($0, 2 * pairs.count) }
    let foreign = try score(
      pairs.indices.map { pairs[$0].example(after: pairs[contrast[$0]].prompt, limit: recipe.data.maximumLength) },
      model
    ) { onProgress(pairs.count + $0, 2 * pairs.count) }
    let gains = pairs.indices.map { Gain(own: own[$0], foreign: foreign[$0], tokens: pairs[$0].answer.count) }
    let order = pairs.indices.sorted { (gains[$0].score, $0) < (gains[$1].score, $1) }
    let count = max(1, Int((worst * Double(pairs.count)).rounded()))
    return order.prefix(count).map { index in
      let origin = pairs[index].origin
      let place = RecordPlace(file: origin.source, line: origin.line)
      return Finding(
        .unlikelyAnswer, at: place, gains[index].message, value: gains[index].score, dropped: [place])
    }
  }

  /// The training records, cut at the recipe's length.
  private func examples() throws -> [Example] {
    var cut = recipe
    if cut.data.lengthPolicy == .error { cut.data.lengthPolicy = .truncate }
    let loader = try cut.dataLoader(files)
    let sources = recipe.data.train.map(\.dataSource)
    func demonstrations(_ task: some LearningTask) throws -> [Example] {
      try task.examples(from: sources, by: loader, problems: .skip).examples.map(\.demonstration)
    }
    return try demonstrations(recipe.objective.task)
  }

  /// Each example's negative log-likelihood, in nats.
  ///
  /// - Throws: `UserError` of kind `training` where one is not finite.
  private func score(_ examples: [Example], _ model: LanguageModel, onProgress: (Int) -> Void) throws -> [Double] {
    let grouping = Grouping(examples, sharingPrefixes: model.sharesPrefixes)
    var losses: [Double] = []
    for group in grouping.groups {
      let scores = Objective<Example>.supervised.evaluate(model, group.map { examples[$0] }).map(\.loss)
      guard scores.allSatisfy(\.isFinite) else { throw model.notFinite("the loss of an answer") }
      losses += scores
      onProgress(losses.count)
    }
    return grouping.ordered(losses)
  }
}

/// How much more likely an answer is after its own prompt than after another.
private struct Gain {
  /// Negative log-likelihoods.
  let own, foreign: Double
  let tokens: Int

  /// In nats; the lower, the worse the answer fits.
  var score: Double { foreign - own }

  var message: String {
    let nats = (abs(score) * 10).rounded() / 10
    let perToken = (own / Double(max(1, tokens)) * 100).rounded() / 100
    return
      "its answer is \(nats) nats \(score < 0 ? "less likely" : "more likely") after its prompt than after another "
      + "record's (\(tokens) tokens of \(perToken) nats)"
  }
}

/// The last answer of a record, and everything before it.
private struct PromptAndAnswer {
  let prompt: ArraySlice<Int32>
  let answer: ArraySlice<Int32>
  let origin: ExampleOrigin

  /// Nil where there is no prompt, or nothing is trained on.
  init?(_ example: Example) {
    guard let last = example.trained.last, last.lowerBound > 1 else { return nil }
    prompt = example.tokens[..<last.lowerBound]
    answer = example.tokens[last]
    origin = example.origin
  }

  var example: Example { example(after: prompt, limit: .max) }

  /// The answer after a prompt; where both are too long, the end of the prompt stays.
  func example(after prompt: ArraySlice<Int32>, limit: Int) -> Example {
    let prompt = prompt.suffix(max(1, limit - answer.count))
    return Example(
      tokens: Array(prompt) + answer, trained: [prompt.count..<prompt.count + answer.count], origin: origin)
  }
}
