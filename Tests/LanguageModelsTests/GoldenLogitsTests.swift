import Autodiff
import Checkpoints
import Foundation
import LanguageModels
import Tensors
import TestSupport
import Testing

/// A tiny Llama against transformers and torch in float32 (`golden.py` beside the reference values made them).
@Suite("A tiny Llama equals PyTorch's", .enabled(if: SharedAssets.has("golden"), "the reference values are not there"))
struct GoldenLogitsTests {
  static func model(trainable: Bool = false) throws -> LanguageModel {
    let folder = try ModelFolder(SharedAssets.url("golden/model"))
    let configuration = try DecoderConfiguration(parsing: folder.configuration, place: folder.path)
    return try LanguageModel(configuration, reading: folder, place: folder.path, trainable: trainable)
  }

  /// The sum of the losses of some rows laid end to end, and their number.
  static func loss(_ model: LanguageModel, _ rows: [(tokens: [Int32], trained: [Int])]) -> (sum: Variable, count: Int) {
    let layout = SequenceLayout(rows.map(\.tokens))
    var (predicting, targets): ([Int], [Int32]) = ([], [])
    for (row, span) in zip(rows, layout.spans) {
      predicting += row.trained.map { span.queries.lowerBound + $0 - 1 }
      targets += row.trained.map { row.tokens[$0] }
    }
    let losses = model.losses(model.states(layout), rows: predicting, targets: targets).losses
    return (losses.sum(), targets.count)
  }

  @Test("logits within 1e-4")
  func logits() throws {
    let model = try Self.model()
    let expected = try SafetensorsFile(SharedAssets.url("golden/forward.safetensors")).floats("logits")
    for (row, sequence) in try GoldenBatches("sft").rows(0).map(\.tokens).enumerated() {
      let states = withoutGradients { model.states(SequenceLayout([sequence])) }
      let logits = model.logits(states, rows: Array(sequence.indices)).array
      let reference = expected[row * 24 * 256..<row * 24 * 256 + logits.count]
      let difference = zip(logits, reference).map { abs($0 - $1) }.max() ?? .infinity
      #expect(difference < 1e-4)
    }
  }

  @Test("loss within 1e-5 and every gradient's probe", arguments: ActivationCheckpointing.allCases)
  func gradients(checkpointing: ActivationCheckpointing) throws {
    try expectGoldenGradients(checkpointing)
  }

  @Test("the same with all kernels for products that this machine can run", arguments: KernelSet.all.map(\.name))
  func kernels(name: String) throws {
    guard let set = KernelSet.all.first(where: { $0.name == name }), set.isAvailable else { return }
    try KernelSet.$taskSet.withValue(set) { try expectGoldenGradients(.none) }
  }

  private func expectGoldenGradients(_ checkpointing: ActivationCheckpointing) throws {
    let model = try Self.model(trainable: true)
    model.checkpointing = checkpointing
    let golden = try SharedAssets.json("golden/gradients.json")
    let (sum, count) = Self.loss(model, try GoldenBatches("sft").rows(0))
    #expect(count == golden["target_tokens"]?.intValue)
    let expected = try #require(golden["loss"]?.doubleValue)
    #expect(abs(Double(sum.scalar) / Double(count) - expected) < 1e-5)
    sum.backward(Tensor(1 / Float(count)))
    for (name, variable) in model.parameters {
      let probe = try #require(Probe(golden["grad"]?[name]), "no probe of \(name)")
      let gradient = try #require(variable.gradient, "no gradient of \(name)")
      #expect(probe.difference(from: gradient.array) == nil, "\(name)")
    }
  }
}
