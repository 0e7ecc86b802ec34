import InstructionData
import Recipes
import Training

/// What an estimate needs to know of the batches of a run.
struct PlannedBatches<Element: TrainingExample> {
  /// The steps that decide how much memory is needed: the first ones, until the memory between tensors has settled, and
  /// those with the longest micro-batch and with the most trained tokens. Of each no more than two micro-batches: further
  /// ones need nothing more.
  let heaviest: [[[Element]]]
  /// The micro-batch with the most tokens.
  let longest: [Element]
  /// The group of held-out examples, as they are evaluated together, with the most tokens.
  let heaviestEvaluations: [[Element]]
  /// The micro-batch nearest to the average of all.
  let typical: [Element]
  /// Tokens that go through the model in a step, on average.
  let tokensPerStep: Double
  /// Optimizer steps of the run.
  let steps: Int

  /// The most steps that are examined.
  private static var mostSteps: Int { 10_000 }
  /// How many first steps are among the heaviest.
  private static var firstSteps: Int { 8 }

  /// Goes through the batches of a recipe.
  ///
  /// - Throws: `UserError` of kind `recipe` for sizes that cannot be.
  init(_ recipe: Recipe, _ data: RunData<Element>) throws {
    let plan = try recipe.batchPlan(data.train)
    typealias Part = (micro: [ExampleReference], tokens: Int, step: [[ExampleReference]])
    var (parts, first): ([Part], [[[ExampleReference]]]) = ([], [])
    var (longest, richest): ((part: Part, size: Int)?, (part: Part, size: Int)?)
    let seen = min(plan.totalSteps, plan.stepsPerEpoch, Self.mostSteps)
    for batch in BatchSampler(plan).prefix(seen) {
      let microBatches = batch.microBatches(balancing: { data.train[$0].tokenCount })
      if first.count < Self.firstSteps { first.append(Array(microBatches.prefix(2))) }
      for micro in microBatches {
        let part = (micro, micro.reduce(0) { $0 + data.train[$1].computedCount }, microBatches)
        let trained = micro.reduce(0) { $0 + data.train[$1].trainedCount }
        if part.1 > longest?.size ?? -1 { longest = (part, part.1) }
        if trained > richest?.size ?? -1 { richest = (part, trained) }
        parts.append(part)
      }
    }
    func examples(_ micro: [ExampleReference]) -> [Element] { micro.map { data.train[$0] } }
    func step(_ part: Part?) -> [[Element]] {
      guard let part else { return [] }
      return ([part.micro] + part.step.filter { $0 != part.micro }.prefix(1)).map(examples)
    }
    heaviest =
      first.map { $0.map(examples) } + [step(longest?.part), step(richest?.part), step(longest?.part)]
    self.longest = examples(longest?.part.micro ?? [])
    let tokens = parts.reduce(0) { $0 + $1.tokens }
    tokensPerStep = Double(tokens) / Double(max(1, seen))
    let mean = tokens / max(1, parts.count)
    typical = examples(parts.min { abs($0.tokens - mean) < abs($1.tokens - mean) }?.micro ?? [])
    steps = plan.totalSteps
    let evaluated = (data.heldOut?.sources ?? []).flatMap { groups(of: $0.examples) }
    heaviestEvaluations = [
      evaluated.max { a, b in a.reduce(0) { $0 + $1.computedCount } < b.reduce(0) { $0 + $1.computedCount } }
    ].compactMap { $0.map(Array.init) }
  }
}
