import Autodiff
import Checkpoints
import InstructionData
import LanguageModels
import Optimization
import Tensors
import TestSupport
import Testing
import Training

/// DPO and its forms against torch's: `dpo.json` of `golden.py`, beside the reference values. The policy begins with the
/// weights that twenty steps of SFT left; the reference is the model before them.
@Suite("Preferences equal PyTorch's", .enabled(if: Golden.isThere, "the reference values are not there"))
struct GoldenPreferenceTests {
  private static let forms: [(key: String, loss: PreferenceLoss)] = [
    ("sigmoid", .sigmoid(beta: 0.1)), ("sigmoid_label_smoothing_0.1", .sigmoid(beta: 0.1, labelSmoothing: 0.1)),
    ("robust_0.1", .robust(beta: 0.1, labelSmoothing: 0.1)), ("ipo", .ipo(beta: 0.1, dividesByTokens: true)),
    ("ipo_sum", .ipo(beta: 0.1)), ("hinge", .hinge(beta: 0.1)),
  ]

  /// The policy: the golden model with the weights after SFT.
  private func policy() throws -> LanguageModel {
    let model = try Golden.model()
    let final = try SafetensorsFile(SharedAssets.url("golden/sft_final.safetensors"))
    for (name, variable) in model.parameters {
      let values = try final.floats(name)
      variable.updateValue { tensor in for (index, value) in values.enumerated() { tensor[index] = value } }
    }
    return model
  }

  /// The scores of all batches by the model before SFT.
  private func reference(_ batches: [[PreferenceExample]]) throws -> PreferenceReference {
    let model = try Golden.model()
    let pairs = batches.flatMap { $0 }
    return .scores(ReferenceScores(pairs, batches.flatMap { model.scores(of: $0) }))
  }

  @Test("log-probabilities of both models")
  func logProbabilities() throws {
    let golden = try SharedAssets.json("golden/dpo.json")
    let batch = try Golden.preferenceBatches()[0]
    for (model, prefix) in [(try policy(), "policy"), (try Golden.model(), "ref")] {
      let scores = model.scores(of: batch)
      for (side, found) in [("chosen", scores.map(\.chosen)), ("rejected", scores.map(\.rejected))] {
        let expected = try #require(golden["\(prefix)_\(side)_logps"]?.numbers)
        for (found, expected) in zip(found, expected) { #expect(abs(Double(found) - expected) < 1e-3) }
      }
    }
  }

  @Test("losses, rewards and gradients of all forms")
  func forms() throws {
    let golden = try SharedAssets.json("golden/dpo.json")
    let (batches, model) = (try Golden.preferenceBatches(), try policy())
    let reference = try reference(batches)
    for (key, loss) in Self.forms {
      let objective = Objective.preference(loss, reference: reference)
      let sum = objective.loss(model, batches[0])
      sum.sum.backward()
      let expected = try #require(golden["loss_per_pair"]?[key]?.numbers)
      let scores = objective.evaluate(model, batches[0])
      for (score, expected) in zip(scores, expected) { #expect(abs(score.loss - expected) < 1e-4 * max(1, expected)) }
      let mean = try #require(golden["loss_mean"]?[key]?.doubleValue)
      #expect(abs(Double(sum.sum.scalar) / Double(sum.count) / mean - 1) < 1e-5, "\(key)")
      let norm = globalNorm(of: model.trained) / Double(sum.count)
      let expectedNorm = try #require(golden["grad_norm"]?[key]?.doubleValue)
      #expect(abs(norm / expectedNorm - 1) < 1e-3, "\(key)")
      if key == "sigmoid" {
        let (chosen, rejected) = try (
          #require(golden["chosen_rewards"]?.numbers), #require(golden["rejected_rewards"]?.numbers)
        )
        for (index, score) in scores.enumerated() {
          let (better, worse) = (score.preferences?.chosenReward ?? .nan, score.preferences?.rejectedReward ?? .nan)
          #expect(abs(better - chosen[index]) < 1e-4 && abs(worse - rejected[index]) < 1e-4)
        }
        for parameter in model.trained {
          let probe = try #require(Probe(golden["grad_sigmoid"]?[parameter.name]), "no probe of \(parameter.name)")
          let gradient = parameter.variable.gradient?.array.map { $0 / Float(sum.count) } ?? []
          #expect(probe.difference(from: gradient) == nil, "\(parameter.name)")
        }
      }
      for parameter in model.trained { parameter.variable.clearGradient() }
    }
  }

  @Test("twenty steps of full fine-tuning", arguments: ["sigmoid", "sigmoid_label_smoothing_0.1", "ipo"])
  func trajectory(key: String) throws {
    let golden = try #require(try SharedAssets.json("golden/dpo.json")["trajectory_full"]?[key])
    let (batches, model) = (try Golden.preferenceBatches(), try policy())
    let form = try #require(Self.forms.first { $0.key == key })
    let objective = Objective.preference(form.loss, reference: try reference(batches))
    let (losses, norms, rates) = try (
      #require(golden["loss"]?.numbers), #require(golden["grad_norm"]?.numbers), #require(golden["lr"]?.numbers)
    )
    let (accuracies, rewards) = try (
      #require(golden["accuracy"]?.numbers), #require(golden["chosen_reward"]?.numbers)
    )
    let parameters = model.trained
    var optimizer = AdamW(betas: (0.9, 0.95), epsilon: 1e-8, weightDecay: 0.1)
    for index in 0..<20 {
      let sum = objective.loss(model, batches[index % 5])
      sum.sum.backward()
      let count = Double(sum.count)
      let norm = globalNorm(of: parameters) / count
      #expect(abs(Double(sum.sum.scalar) / count / losses[index] - 1) < 1e-3, "loss of step \(index)")
      #expect(abs(norm / norms[index] - 1) < 1e-3, "gradient norm of step \(index)")
      #expect(sum.preferences?.accuracy == accuracies[index], "accuracy of step \(index)")
      let reward = try #require(sum.preferences?.chosenReward)
      #expect(abs(reward - rewards[index]) < 1e-3 * max(1, abs(rewards[index])), "reward of step \(index)")
      optimizer.step(
        parameters, learningRate: rates[index], gradientScale: clippingFactor(norm: norm, limit: 1) / count)
      for parameter in parameters { parameter.variable.clearGradient() }
      guard let probes = golden["params_after_\(index + 1)"] else { continue }
      for parameter in parameters {
        let probe = try #require(Probe(probes[parameter.name]), "no probe of \(parameter.name)")
        #expect(probe.difference(from: parameter.variable.value.array) == nil, "\(parameter.name), step \(index)")
      }
    }
  }
}
