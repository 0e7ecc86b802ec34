import Autodiff
import InstructionData
import LanguageModels
import Tensors
import Testing
import Training

@Suite("Prefixes that examples share are computed once, whatever is learned")
struct SharedPrefixTests {
  private static func tokens(_ count: Int, _ seed: Int) -> [Int32] {
    (0..<count).map { Int32(($0 * $0 + 7 * $0 + 3 * seed) % 32) }
  }

  /// Two system prompts under questions of their own, some of which are asked twice.
  private static let prompts: [[Int32]] = (0..<8).map {
    tokens(20 + $0 % 2 * 17, $0 % 2) + tokens(3 + $0 % 3, 40 + $0 % 3)
  }

  private static let examples: [Example] = prompts.enumerated().map { index, prompt in
    // Some learn all tokens, and so what they share with others.
    Example(
      tokens: prompt + tokens(2 + index, index),
      trained: [(index % 3 == 0 ? 1 : prompt.count)..<prompt.count + 2 + index],
      origin: ExampleOrigin(source: 0, line: index))
  }

  private static let pairs: [PreferenceExample] = prompts.enumerated().map { index, prompt in
    PreferenceExample(
      prompt: prompt, chosen: tokens(3 + index, index), rejected: tokens(9, index + 1),
      origin: ExampleOrigin(source: 0, line: index))
  }

  private static let judged = pairs.enumerated().map { index, pair in
    PreferenceExample(
      prompt: pair.prompt, chosen: index % 2 == 0 ? pair.chosen : [], rejected: index % 2 == 0 ? [] : pair.rejected,
      origin: pair.origin)
  }

  private func model(isRewardModel: Bool = false) throws -> LanguageModel {
    let configuration = try DecoderConfiguration(parsing: TinyTraining.configuration, place: "config.json")
    return LanguageModel(randomly: isRewardModel ? configuration.forRewardModel : configuration, seed: 1)
  }

  /// The loss of a step and its gradients, and the scores of a held-out set in passes of different sizes.
  private func compare<Element: TrainingExample>(
    _ model: LanguageModel, _ examples: [Element], _ objective: Objective<Element>
  ) throws {
    func run(sharing: Bool) -> (loss: LossSum, gradients: [[Double]], scores: [[ExampleScore]]) {
      model.sharesPrefixes = sharing
      let loss = objective.loss(model, examples)
      loss.sum.backward()
      let gradients = model.trained.map { ($0.variable.gradient?.array ?? []).map(Double.init) }
      for parameter in model.trained { parameter.variable.clearGradient() }
      let source = LoadedSource(
        source: DataSource(path: "x"), examples: examples, report: SourceReport(name: "x", path: "x"))
      let scores = [1, 100, 2048].map {
        evaluate(model, on: DataSet(sources: [source, source]), objective: objective, tokensAtATime: $0).total.scores
      }
      return (loss, gradients, scores)
    }
    let (shared, separate) = (run(sharing: true), run(sharing: false))
    #expect(shared.loss.count == separate.loss.count)
    #expect(abs(shared.loss.sum.scalar - separate.loss.sum.scalar) <= 1e-6 * abs(separate.loss.sum.scalar))
    for (parameter, gradients) in zip(model.trained, zip(shared.gradients, separate.gradients)) {
      let norm = gradients.1.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let difference = zip(gradients.0, gradients.1).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
      #expect(difference <= 1e-6 * norm, "\(parameter.name): \(difference / norm)")
    }
    for (found, expected) in zip(shared.scores.joined(), separate.scores.joined()) {
      #expect(abs(found.loss - expected.loss) <= 5e-6 * max(1, abs(expected.loss)))
      #expect(found.trainedTokens == expected.trainedTokens && found.count == expected.count)
    }
  }

  @Test("demonstrations") func demonstrations() throws { try compare(model(), Self.examples, .supervised) }

  @Test("pairs", arguments: ["dpo", "orpo", "simpo", "ipo"]) func pairs(method: String) throws {
    let model = try model()
    let scores = ReferenceScores(Self.pairs, model.scores(of: Self.pairs))
    for parameter in model.trained { parameter.variable.updateValue { $0[0] += 0.05 } }
    let objective: Objective<PreferenceExample> =
      switch method {
      case "orpo": .preference(.orpo(lambda: 0.1))
      case "simpo": .preference(.simpo(beta: 2, gamma: 1))
      case "ipo": .preference(.ipo(beta: 0.1), reference: .scores(scores))
      default: .preference(.sigmoid(beta: 0.1), reference: .scores(scores), sftWeight: 0.2)
      }
    try compare(model, Self.pairs, objective)
  }

  @Test("judged answers") func judgements() throws {
    let model = try model()
    let mismatched = MismatchedAnswers(training: Self.judged, heldOut: Self.judged)
    let scored = Self.judged + mismatched.examples
    let reference = PreferenceReference.scores(ReferenceScores(scored, model.scores(of: scored)))
    for parameter in model.trained { parameter.variable.updateValue { $0[0] += 0.05 } }
    try compare(model, Self.judged, .kto(KTOLoss(beta: 0.1), reference: reference, mismatched: mismatched))
  }

  @Test("a reward model") func rewards() throws { try compare(model(isRewardModel: true), Self.pairs, .reward) }

  @Test("micro-batches hold the step's examples, those with one system prompt together, whatever was dealt before")
  func microBatches() throws {
    let source = LoadedSource(
      source: DataSource(path: "x"), examples: Self.examples, report: SourceReport(name: "x", path: "x"))
    let data = DataSet(sources: [source])
    let plan = try BatchPlan(
      mixture: Mixture(of: data, seed: 3), batchSize: 8, microBatchSize: 4, length: .steps(4))
    for batch in BatchSampler(plan) {
      let dealt = batch.microBatches(of: data, sharingPrefixes: true)
      #expect(dealt.joined().sorted() == batch.examples.sorted())
      #expect(dealt.allSatisfy { part in Set(part.map { $0.index % 2 }).count == 1 })
      #expect(dealt == batch.microBatches(of: data, sharingPrefixes: true))
      #expect(
        batch.microBatches(of: data, sharingPrefixes: false) == batch.microBatches { data[$0].tokenCount })
    }
    let shared = Self.examples.tokenCount(sharingPrefixes: true, of: \.computedCount)
    #expect(shared < Self.examples.tokenCount(sharingPrefixes: false, of: \.computedCount))
  }
}
