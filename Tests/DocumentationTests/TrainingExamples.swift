import Autodiff
import InstructionData
import LanguageModels
import Optimization
import Tensors
import Testing
import Training

struct LearnedOffset: LinearAdapter {
  /// `[out]`, added to the layer's output.
  let offset: Variable

  func apply(_ layer: Linear, to x: Variable, _ pass: Pass) -> Variable { addRow(layer(x), offset) }
}

/// Adds an offset after every `o_proj` of a model. All start at zero, so that nothing changes at first.
func attachOffsets(to model: LanguageModel) -> [Parameter] {
  model.linears.filter { $0.linear.name.hasSuffix("o_proj") }.map { _, linear in
    let offset = Variable(Tensor.zeros([linear.outputs]), requiresGradient: true)
    model.attachments.linears[linear.name] = LearnedOffset(offset: offset)
    return Parameter("\(linear.name).offset", offset)
  }
}

extension Objective where Element == Example {
  /// The mean loss of each example's trained tokens, summed over examples.
  static var everyExampleAlike: Objective {
    Objective(
      loss: { model, examples in
        let sums = examples.map { example in
          1 / Float(max(1, example.trainedCount)) * Objective.supervised.loss(model, [example]).sum
        }
        return LossSum(sum: sums.dropFirst().reduce(sums[0], +), count: examples.count)
      },
      evaluate: Objective.supervised.evaluate)
  }
}

/// The code of `WritingAnAdapter.md` and `WritingAnObjective.md`.
@Suite("Examples of the pages about adapters and objectives")
struct TrainingExamples {
  private let model: LanguageModel
  private let examples = [[1, 2, 3, 4], [5, 6, 7, 8, 9, 10, 11]].enumerated().map { line, ids in
    Example(tokens: ids.map(Int32.init), trained: [1..<ids.count], origin: ExampleOrigin(source: 0, line: line + 1))
  }

  init() throws {
    let configuration = try DecoderConfiguration(
      parsing: """
        {"model_type": "llama", "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 2,
         "num_attention_heads": 2, "vocab_size": 16}
        """, place: "config.json")
    var random = RandomStream(seed: 1)
    model = LanguageModel(configuration) { Variable(random.normalTensor($0.shape, deviation: 0.5)) }
  }

  private func loss(_ objective: Objective<Example>) -> Float {
    let sum = objective.loss(model, examples)
    return sum.sum.scalar / Float(sum.count)
  }

  @Test("Offsets change nothing at first, are trained, and can be taken off")
  func adapter() {
    let before = loss(.supervised)
    let parameters = attachOffsets(to: model)
    #expect(loss(.supervised) == before)
    var optimizer = AdamW(weightDecay: 0)
    for _ in 0..<20 {
      Objective.supervised.loss(model, examples).sum.backward()
      optimizer.step(parameters, learningRate: 0.05)
      for parameter in parameters { parameter.variable.clearGradient() }
    }
    #expect(loss(.supervised) < before - 0.1)
    model.attachments = .none
    #expect(loss(.supervised) == before)
  }

  @Test("Examples of three and of six tokens count the same")
  func objective() {
    let single = examples.map { example in
      Objective.supervised.loss(model, [example]).sum.scalar / Float(example.trainedCount)
    }
    #expect(abs(loss(.everyExampleAlike) - (single[0] + single[1]) / 2) < 1e-5)
  }
}
