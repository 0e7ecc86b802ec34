import Autodiff
import Foundation
import InstructionData
import LanguageModels
import Optimization
import Testing
import Training

@Suite("Learning from preferences")
struct PreferenceObjectiveTests {
  private let pairs = Array(SharedPromptTests.pairs.prefix(4))

  /// A reference that is the model as it is now.
  private func reference(_ model: LanguageModel, _ examples: [PreferenceExample]) -> PreferenceReference {
    .scores(ReferenceScores(examples, model.scores(of: examples)))
  }

  /// The mean loss of a step cut in parts, and its mean gradients by name.
  private func step(
    _ objective: Objective<PreferenceExample>, _ model: LanguageModel, _ parts: [[PreferenceExample]]
  ) -> (loss: Double, preferences: PreferenceSums, gradients: [String: [Double]]) {
    var (sum, count, preferences) = (0.0, 0, PreferenceSums())
    let lossOfPart = objective.begin(model, parts.flatMap { $0 })
    for part in parts {
      let loss = lossOfPart(part)
      loss.sum.backward()
      sum += Double(loss.sum.scalar)
      count += loss.count
      preferences = preferences + (loss.preferences ?? PreferenceSums())
    }
    let gradients = model.trained.map { parameter in
      (parameter.name, (parameter.variable.gradient?.array ?? []).map { Double($0) / Double(count) })
    }
    for parameter in model.trained { parameter.variable.clearGradient() }
    return (sum / Double(count), preferences, Dictionary(uniqueKeysWithValues: gradients))
  }

  private func distance(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
  }

  private func norm(_ a: [Double]) -> Double { distance(a, a.map { _ in 0 }) }

  @Test("the first loss is log 2 and all rewards are 0; a small step raises the margin")
  func firstStep() throws {
    let model = try TinyTraining().model
    let objective = Objective.preference(.sigmoid(beta: 0.1), reference: reference(model, pairs))
    let first = objective.loss(model, pairs)
    #expect(first.count == 4)
    #expect(abs(Double(first.sum.scalar) / 4 - log(2)) < 1e-6)
    #expect(first.preferences?.chosenReward == 0 && first.preferences?.rejectedReward == 0)
    #expect(first.preferences?.accuracy == 0)
    first.sum.backward()
    var optimizer = AdamW(weightDecay: 0)
    optimizer.step(model.trained, learningRate: 1e-3, gradientScale: 0.25)
    for parameter in model.trained { parameter.variable.clearGradient() }
    let second = objective.loss(model, pairs)
    #expect(second.sum.scalar < first.sum.scalar)
    // The second pair's answers are one token each, and not equal.
    #expect(try #require(second.preferences?.margin) > 0)
    #expect(second.preferences?.accuracy == 1)
  }

  @Test("with β towards 0 the gradient is β/2 times that of the difference of log-likelihoods")
  func smallBeta() throws {
    let (model, beta) = (try TinyTraining().model, 1e-3)
    let found = step(.preference(.sigmoid(beta: beta), reference: reference(model, pairs)), model, [pairs]).gradients
    let (chosen, rejected) = model.logProbabilities(of: PairTree(pairs))
    (rejected.sum() - chosen.sum()).backward()
    for parameter in model.trained {
      let expected = (parameter.variable.gradient?.array ?? []).map { beta / 2 * Double($0) / 4 }
      #expect(distance(try #require(found[parameter.name]), expected) < 1e-3 * norm(expected), "\(parameter.name)")
    }
  }

  @Test(
    "how a step is cut in micro-batches changes nothing",
    arguments: ["dpo", "dpo + sft", "ipo", "orpo", "simpo", "kto"])
  func microBatches(method: String) throws {
    let model = try TinyTraining().model
    let mismatched = MismatchedAnswers(training: pairs, heldOut: pairs)
    let scored = reference(model, pairs + mismatched.examples)
    let objective: Objective<PreferenceExample> =
      switch method {
      case "dpo + sft": .preference(.sigmoid(beta: 0.1), reference: scored, sftWeight: 0.3)
      case "ipo": .preference(.ipo(beta: 0.1), reference: scored)
      case "orpo": .preference(.orpo(lambda: 0.1))
      case "simpo": .preference(.simpo(beta: 2, gamma: 1))
      case "kto": .kto(KTOLoss(beta: 0.1, undesirableWeight: 1.5), reference: scored, mismatched: mismatched)
      default: .preference(.sigmoid(beta: 0.1), reference: scored)
      }
    // Away from the reference, so that rewards are not 0.
    for parameter in model.trained { parameter.variable.updateValue { $0[0] += 0.05 } }
    let whole = step(objective, model, [pairs])
    let parts = step(objective, model, [Array(pairs[..<1]), Array(pairs[1..<2]), Array(pairs[2...])])
    #expect(abs(parts.loss - whole.loss) < 1e-5 * abs(whole.loss))
    #expect(abs((parts.preferences.margin ?? 0) - (whole.preferences.margin ?? 1)) < 1e-4)
    for (name, expected) in whole.gradients {
      #expect(distance(try #require(parts.gradients[name]), expected) < 1e-5 * norm(expected), "\(name)")
    }
    // A held-out set gives the same number as a step.
    let report = EvaluationResult(name: "all", scores: objective.evaluate(model, pairs))
    #expect(abs(report.loss - whole.loss) < 1e-5 * abs(whole.loss))
    #expect(abs((report.preferences?.chosenReward ?? .nan) - (whole.preferences.chosenReward ?? 0)) < 1e-5)
  }

  @Test("the part that asks for the better answer is the mean over all of its tokens in the step")
  func sftWeight() throws {
    let model = try TinyTraining().model
    let scored = reference(model, pairs)
    let plain = step(.preference(.sigmoid(beta: 0.1), reference: scored), model, [pairs])
    let both = step(.preference(.sigmoid(beta: 0.1), reference: scored, sftWeight: 2), model, [pairs])
    let answers = pairs.map { pair in
      Example(
        tokens: pair.prompt + pair.chosen, trained: [pair.prompt.count..<pair.prompt.count + pair.chosen.count],
        origin: pair.origin)
    }
    let supervised = Objective.supervised.loss(model, answers)
    #expect(supervised.count == pairs.reduce(0) { $0 + $1.chosen.count })
    let mean = Double(supervised.sum.scalar) / Double(supervised.count)
    #expect(abs(both.loss - plain.loss - 2 * mean) < 1e-5 * both.loss)
  }

  @Test("KTO takes single answers, pairs, and both together")
  func singleAnswers() throws {
    let model = try TinyTraining().model
    let single = pairs.enumerated().map { index, pair in
      PreferenceExample(
        prompt: pair.prompt, chosen: index.isMultiple(of: 2) ? pair.chosen : [],
        rejected: index.isMultiple(of: 2) ? [] : pair.rejected, origin: pair.origin)
    }
    #expect(single.map(\.tokenCount) == [12, 2, 41, 162])
    let mismatched = MismatchedAnswers(training: single)
    // A prompt gets the next record's answer.
    #expect(mismatched.examples.count == 4)
    #expect(mismatched.examples.contains { $0.prompt == pairs[0].prompt && $0.rejected == pairs[1].rejected })
    #expect(mismatched.examples.contains { $0.prompt == pairs[3].prompt && $0.chosen == pairs[0].chosen })
    let scored = reference(model, single + mismatched.examples)
    let loss = Objective.kto(KTOLoss(beta: 0.1), reference: scored, mismatched: mismatched).loss(model, single)
    #expect(loss.count == 4)
    // At the reference every value is σ(0) = 1/2.
    #expect(abs(Double(loss.sum.scalar) - 2) < 1e-5)
    #expect(loss.preferences?.chosen.count == 2 && loss.preferences?.rejected.count == 2)
    let together = Objective.kto(KTOLoss(beta: 0.1), reference: scored, mismatched: MismatchedAnswers())
      .loss(model, Array(single[..<2]))
    #expect(together.count == 2)
  }

  @Test("in bfloat16 the loss stays near that of float32")
  func bfloat16() throws {
    let configuration = try DecoderConfiguration(parsing: TinyTraining.configuration, place: "config.json")
    let losses = [false, true].map { isHalf in
      let model = LanguageModel(randomly: configuration, seed: 1, precision: isHalf ? .bfloat16 : .float32)
      return Objective.preference(.orpo(lambda: 1)).loss(model, pairs).sum.scalar
    }
    #expect(abs(losses[1] / losses[0] - 1) < 0.02)
  }
}
