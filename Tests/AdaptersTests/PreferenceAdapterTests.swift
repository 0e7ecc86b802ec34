import Adapters
import Autodiff
import Foundation
import InstructionData
import LanguageModels
import Optimization
import TestSupport
import Testing
import Training

/// One set of weights as policy and as reference: DPO with an adapter, against PEFT and torch.
@Suite("Preferences with an adapter", .enabled(if: Golden.isThere, "the reference values are not there"))
struct PreferenceAdapterTests {
  @Test("twenty steps of LoRA, the reference being the model with its adapter off", arguments: ["sigmoid", "ipo"])
  func trajectory(form: String) throws {
    let golden = try #require(try SharedAssets.json("golden/dpo.json")["trajectory_lora"]?[form])
    let (losses, norms, rates, accuracies) = try (
      #require(golden["loss"]?.numbers), #require(golden["grad_norm"]?.numbers), #require(golden["lr"]?.numbers),
      #require(golden["accuracy"]?.numbers)
    )
    let model = try Golden.model(trainable: false)
    let adapter = try GoldenAdapter.lora.fresh(on: model)
    model.attachments = adapter.attachments
    let loss = form == "ipo" ? PreferenceLoss.ipo(beta: 0.1, dividesByTokens: true) : .sigmoid(beta: 0.1)
    let objective = Objective.preference(loss, reference: .adapterOff)
    let batches = try Golden.preferenceBatches()
    var optimizer = AdamW(betas: (0.9, 0.95), epsilon: 1e-8, weightDecay: 0.1)
    for index in 0..<20 {
      let sum = objective.loss(model, batches[index % 5])
      sum.sum.backward()
      let count = Double(sum.count)
      let norm = globalNorm(of: adapter.parameters) / count
      #expect(abs(Double(sum.sum.scalar) / count / losses[index] - 1) < 1e-3, "loss of step \(index)")
      #expect(abs(norm / norms[index] - 1) < 1e-3, "gradient norm of step \(index)")
      #expect(sum.preferences?.accuracy == accuracies[index], "accuracy of step \(index)")
      optimizer.step(
        adapter.parameters, learningRate: rates[index], gradientScale: clippingFactor(norm: norm, limit: 1) / count)
      for parameter in adapter.parameters { parameter.variable.clearGradient() }
      guard let probes = golden["params_after_\(index + 1)"] else { continue }
      for tensor in adapter.tensors {
        let probe = try #require(Probe(probes[tensor.name.withDefault]), "no probe of \(tensor.name)")
        #expect(probe.difference(from: tensor.variable.value.array) == nil, "\(tensor.name) after \(index + 1) steps")
      }
    }
  }

  @Test("a fresh adapter's first loss is log 2 in both precisions, and its rewards are 0")
  func firstLoss() throws {
    let pairs = try Golden.preferenceBatches()[0]
    for isHalf in [false, true] {
      let model = try Golden.model(precision: isHalf ? .bfloat16 : .float32, trainable: false)
      model.attachments = try Adapter(.lora(LoRA()), on: model, seed: 1).attachments
      let loss = Objective.preference(.sigmoid(beta: 0.1), reference: .adapterOff).loss(model, pairs)
      #expect(abs(Double(loss.sum.scalar) / Double(loss.count) - log(2)) < 1e-6)
      #expect(loss.preferences?.chosenReward == 0 && loss.preferences?.rejectedReward == 0)
    }
  }

  @Test(
    "a pair's prompt is shared after learned contexts too, with the loss and gradients of separate sequences",
    arguments: [GoldenAdapter.lora, .prefix, .bottleneck], ActivationCheckpointing.allCases)
  func sharedPrompt(_ golden: GoldenAdapter, checkpointing: ActivationCheckpointing) throws {
    let pairs = try Golden.preferenceBatches()[1]
    let model = try Golden.model(trainable: false)
    model.checkpointing = checkpointing
    let adapter = try golden.fresh(on: model)
    model.attachments = adapter.attachments
    func gradients(_ loss: Variable) -> [[Float]] {
      loss.backward()
      defer { for parameter in adapter.parameters { parameter.variable.clearGradient() } }
      return adapter.parameters.map { $0.variable.gradient?.array ?? [] }
    }
    let (chosen, rejected) = model.logProbabilities(of: PairTree(pairs))
    let shared = chosen.sum() - 0.5 * rejected.sum()
    let alone = [(1, \PreferenceExample.chosen), (-0.5, \.rejected)].map { weight, answer -> Variable in
      let examples = pairs.map { pair in
        let count = pair.prompt.count
        return Example(
          tokens: pair.prompt + pair[keyPath: answer], trained: [count..<count + pair[keyPath: answer].count],
          origin: pair.origin)
      }
      return Float(-weight) * Objective.supervised.loss(model, examples).sum
    }
    let separate = alone[0] + alone[1]
    #expect(abs(shared.scalar - separate.scalar) < 1e-5 * abs(separate.scalar))
    for (found, expected) in zip(gradients(shared), gradients(separate)) {
      let difference = zip(found, expected).reduce(0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }
      let norm = expected.reduce(0) { $0 + Double($1) * Double($1) }
      #expect(norm > 0 && difference.squareRoot() < 1e-5 * norm.squareRoot())
    }
  }
}
