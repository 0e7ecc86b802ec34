import InstructionData
import LanguageModels
import Recipes
import Training

/// What an estimate needs to know of the batches of a run.
struct PlannedBatches<Element: TrainingExample> {
  /// The steps that decide how much memory is needed: those of the micro-batches with the most tokens, and with the most
  /// trained tokens. Of each no more than two micro-batches, the large one last: gradients are there already, and further
  /// ones need nothing more.
  let heaviest: [[[Element]]]
  /// The micro-batch with the most tokens, and how many go through the model.
  let longest: [Element]
  let longestTokens: Int
  /// The groups of held-out examples, as they are evaluated together, with the most tokens and the most trained tokens.
  let heaviestEvaluations: [[Element]]
  /// The micro-batch nearest to the average of all, and how many of its tokens go through the model.
  let typical: [Element]
  let typicalTokens: Int
  /// Tokens that go through the model in an evaluation.
  let evaluatedTokens: Int
  /// Tokens that go through a reference before the first step.
  let scoredTokens: Int
  /// Tokens that go through the model in a step, on average.
  let tokensPerStep: Double
  /// Optimizer steps of the run.
  let steps: Int

  /// The most steps that are examined.
  private static var mostSteps: Int { 10_000 }
  /// How many micro-batches are the largest of their kind: the one with the most tokens may not need the most memory.
  private static var largest: Int { 3 }

  /// Goes through the batches of a recipe.
  ///
  /// - Throws: `UserError` of kind `recipe` for sizes that cannot be.
  init(_ recipe: Recipe, _ data: RunData<Element>) throws {
    let plan = try recipe.batchPlan(data.train)
    typealias Part = (micro: [ExampleReference], size: ComputedSize, step: [[ExampleReference]])
    var parts: [Part] = []
    let seen = min(plan.totalSteps, plan.stepsPerEpoch, Self.mostSteps)
    let isSharing = recipe.data.sharePrefixes
    func examples(_ micro: [ExampleReference]) -> [Element] { micro.map { data.train[$0] } }
    for batch in BatchSampler(plan).prefix(seen) {
      let microBatches = batch.microBatches(of: data.train, sharingPrefixes: isSharing)
      for micro in microBatches {
        parts.append((micro, ComputedSize(examples(micro), sharingPrefixes: isSharing), microBatches))
      }
    }
    let longest = parts.largest(Self.largest, by: \.size.tokens)
    heaviest = (longest + parts.largest(Self.largest, by: \.size.trained)).map { part in
      (part.step.filter { $0 != part.micro }.prefix(1) + [part.micro]).map(examples)
    }
    self.longest = examples(longest.first?.micro ?? [])
    let tokens = parts.reduce(0) { $0 + $1.size.tokens }
    tokensPerStep = Double(tokens) / Double(max(1, seen))
    let mean = tokens / max(1, parts.count)
    typical = examples(parts.min { abs($0.size.tokens - mean) < abs($1.size.tokens - mean) }?.micro ?? [])
    steps = plan.totalSteps
    func groups(of set: DataSet<Element>?) -> [(examples: [Element], size: ComputedSize)] {
      (set?.sources ?? []).flatMap { source in
        Grouping(source.examples, sharingPrefixes: isSharing).groups.map { group in
          let examples = group.map { source.examples[$0] }
          return (examples, ComputedSize(examples, sharingPrefixes: isSharing))
        }
      }
    }
    let evaluated = groups(of: data.heldOut)
    heaviestEvaluations = [\ComputedSize.tokens, \.trained].flatMap { size in
      evaluated.largest(1) { $0.size[keyPath: size] }.map(\.examples)
    }
    evaluatedTokens = evaluated.reduce(0) { $0 + $1.size.tokens }
    scoredTokens = recipe.scoresAhead ? groups(of: data.train).reduce(evaluatedTokens) { $0 + $1.size.tokens } : 0
    typicalTokens = ComputedSize(typical, sharingPrefixes: isSharing).tokens
    longestTokens = longest.first?.size.tokens ?? 0
  }
}

/// What decides how much memory some examples need together.
private struct ComputedSize {
  /// The tokens that go through the model.
  let tokens: Int
  /// The tokens that are predicted.
  let trained: Int

  init(_ examples: [some TrainingExample], sharingPrefixes: Bool) {
    tokens = examples.tokenCount(sharingPrefixes: sharingPrefixes, of: \.computedCount)
    trained = examples.reduce(0) { $0 + $1.trainedCount }
  }
}

extension Array {
  /// The elements that have the most of something, the largest first.
  fileprivate func largest(_ count: Int, by size: (Element) -> Int) -> [Element] {
    Array(indices.sorted { (size(self[$0]), $1) > (size(self[$1]), $0) }.prefix(count).map { self[$0] })
  }
}
