import Autodiff
import Foundation
import InstructionData
import LanguageModels
import Optimization
import Testing
import Training

@Suite("A reward model")
struct RewardTests {
  private let model: LanguageModel
  private let pairs = SharedPromptTests.pairs

  init() throws {
    let configuration = try DecoderConfiguration(parsing: TinyTraining.configuration, place: "config.json")
    model = LanguageModel(randomly: configuration.forRewardModel, seed: 1)
  }

  private func loss() -> LossSum { Objective.reward.loss(model, pairs) }

  /// The score of a text of its own, read at its last token.
  private func score(_ tokens: [Int32]) -> Variable {
    model.scores(model.states(SequenceLayout([tokens])), rows: [tokens.count - 1])
  }

  @Test("scores an answer as it would after a prompt of its own")
  func scores() {
    let found = model.rewards(of: pairs)
    for (pair, found) in zip(pairs, found) {
      #expect(abs(score(pair.prompt + pair.chosen).value.array[0] - found.chosen) < 1e-5)
      #expect(abs(score(pair.prompt + pair.rejected).value.array[0] - found.rejected) < 1e-5)
    }
  }

  @Test("has the loss -log σ(r_w - r_l), and the gradients of separate sequences")
  func gradients() throws {
    func gradients() -> [[Float]] {
      defer { for parameter in model.trained { parameter.variable.clearGradient() } }
      return model.trained.map { $0.variable.gradient?.array ?? [] }
    }
    let found = loss()
    found.sum.backward()
    let shared = gradients()
    let separate = pairs.map { pair in
      -logSigmoid(score(pair.prompt + pair.chosen) - score(pair.prompt + pair.rejected)).sum()
    }.reduce(Variable(.zeros([]))) { $0 + $1 }
    separate.backward()
    #expect(abs(found.sum.scalar - separate.scalar) < 1e-5 * separate.scalar)
    #expect(found.count == pairs.count)
    for (index, expected) in gradients().enumerated() {
      let difference = zip(shared[index], expected).reduce(0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }
      let norm = expected.reduce(0) { $0 + Double($1) * Double($1) }
      #expect(norm > 0 && difference.squareRoot() < 1e-5 * norm.squareRoot(), "\(model.trained[index].name)")
    }
  }

  @Test(
    "has the slope of its loss", arguments: ["score.weight", "model.norm.weight", "model.layers.0.mlp.up_proj.weight"])
  func slope(name: String) throws {
    loss().sum.backward()
    let parameter = try #require(model.parameters.first { $0.name == name }).variable
    let gradient = try #require(parameter.gradient).array
    // Along the gradient the loss changes by its norm.
    let norm = gradient.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    let step = 1e-2
    func lossMoved(by distance: Double) -> Double {
      func move(_ distance: Double) {
        parameter.updateValue { value in
          for index in gradient.indices { value[index] += Float(distance * Double(gradient[index]) / norm) }
        }
      }
      move(distance)
      defer { move(-distance) }
      return Double(withoutGradients { loss() }.sum.scalar)
    }
    let slope = (lossMoved(by: step) - lossMoved(by: -step)) / (2 * step)
    #expect(abs(slope / norm - 1) < 2e-2, "\(slope) for \(norm)")
  }

  @Test("learns which of two answers is better, and reports scores and accuracy")
  func learning() throws {
    var optimizer = AdamW(weightDecay: 0)
    for _ in 0..<20 {
      loss().sum.backward()
      optimizer.step(model.trained, learningRate: 3e-3, gradientScale: 0.2)
      for parameter in model.trained { parameter.variable.clearGradient() }
    }
    let preferences = try #require(loss().preferences)
    #expect(preferences.accuracy == 1)
    #expect(try #require(preferences.margin) > 1)
    #expect(preferences.chosenLogProbability == nil)
    let report = EvaluationResult(name: "all", scores: Objective.reward.evaluate(model, pairs))
    #expect(report.perplexity == nil && report.accuracy == 1)
    #expect(abs(report.loss * 5 - Double(loss().sum.scalar)) < 1e-4)
  }

  @Test("evaluates a single answer: it has a score and no loss")
  func singleAnswers() throws {
    let single = PreferenceExample(
      prompt: pairs[0].prompt, chosen: pairs[0].chosen, rejected: [], origin: pairs[0].origin)
    let report = EvaluationResult(name: "all", scores: Objective.reward.evaluate(model, [single]))
    let score = try #require(report.preferences?.chosenReward)
    #expect(abs(score - Double(model.rewards(of: pairs)[0].chosen)) < 1e-5)
    #expect(report.preferences?.margin == nil && report.preferences?.accuracy == nil && report.loss.isNaN)
  }

  @Test("scores in bfloat16 near those in float32")
  func bfloat16() throws {
    let half = LanguageModel(randomly: model.configuration, seed: 1, precision: .bfloat16)
    for (one, other) in zip(model.rewards(of: pairs), half.rewards(of: pairs)) {
      #expect(abs(one.chosen - other.chosen) < 0.05)
    }
  }
}

extension LanguageModel {
  /// The scores of both answers of pairs.
  fileprivate func rewards(of pairs: [PreferenceExample]) -> [AnswerScores] {
    rewards(of: pairs.map { AnsweredPrompt(prompt: $0.prompt, answers: [$0.chosen, $0.rejected]) })
      .map { AnswerScores(chosen: $0[0], rejected: $0[1]) }
  }
}
