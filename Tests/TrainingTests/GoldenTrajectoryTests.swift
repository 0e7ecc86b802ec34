import Autodiff
import Checkpoints
import LanguageModels
import Optimization
import Tensors
import TestSupport
import Testing
import Training

/// Twenty steps of full fine-tuning against torch's: `trajectory` of `golden.py`, beside the reference values, made them
/// with `torch.optim.AdamW` (β 0.9 and 0.95, λ 0.1 on tensors of rank 2), `clip_grad_norm_(…, 1)` and the rates in the file.
@Suite("Twenty AdamW steps equal PyTorch's", .enabled(if: Golden.isThere, "the reference values are not there"))
struct GoldenTrajectoryTests {
  /// One optimizer step on a batch, as the trainer takes it.
  private func step(
    _ model: LanguageModel, _ optimizer: inout AdamW, on batch: Int, rate: Double
  ) throws -> (loss: Double, norm: Double) {
    let (sum, parameters) = (Objective.supervised.loss(model, try Golden.batches()[batch]), model.trained)
    sum.sum.backward()
    let count = Double(sum.count)
    let norm = globalNorm(of: parameters) / count
    optimizer.step(
      parameters, learningRate: rate, gradientScale: clippingFactor(norm: norm, limit: 1) / count)
    for parameter in parameters { parameter.variable.clearGradient() }
    return (Double(sum.sum.scalar) / count, norm)
  }

  @Test("losses, gradient norms, weights on the way and weights at the end")
  func float32() throws {
    let golden = try SharedAssets.json("golden/sft.json")
    let (losses, norms, rates) = try (
      #require(golden["loss"]?.numbers), #require(golden["grad_norm"]?.numbers), #require(golden["lr"]?.numbers)
    )
    let model = try Golden.model()
    var optimizer = AdamW(betas: (0.9, 0.95), epsilon: 1e-8, weightDecay: 0.1)
    for index in 0..<20 {
      let (loss, norm) = try step(model, &optimizer, on: index % 5, rate: rates[index])
      #expect(abs(loss / losses[index] - 1) < 1e-3, "loss of step \(index)")
      #expect(abs(norm / norms[index] - 1) < 1e-3, "gradient norm of step \(index)")
      guard let probes = golden["params_after_\(index + 1)"] else { continue }
      for (name, variable) in model.parameters {
        let probe = try #require(Probe(probes[name]), "no probe of \(name)")
        #expect(probe.difference(from: variable.value.array) == nil, "\(name) after \(index + 1) steps")
      }
    }
    let final = try SafetensorsFile(SharedAssets.url("golden/sft_final.safetensors"))
    for (name, variable) in model.parameters {
      let difference = zip(variable.value.array, try final.floats(name)).map { abs($0 - $1) }.max() ?? .infinity
      #expect(difference < 1e-3, "\(name) at the end")
    }
  }

  /// Eight bits of precision in activations and products; weights, gradients and moments stay float32.
  @Test(
    "in bfloat16 the losses stay within 2 %, and a second run gives the same bits, with all kernels for products",
    arguments: KernelSet.all.map(\.name))
  func bfloat16(kernels name: String) throws {
    guard let set = KernelSet.all.first(where: { $0.name == name }), set.isAvailable else { return }
    try KernelSet.$taskSet.withValue(set) { try expectGoldenLosses() }
  }

  private func expectGoldenLosses() throws {
    let golden = try SharedAssets.json("golden/sft.json")
    let (losses, rates) = try (#require(golden["loss"]?.numbers), #require(golden["lr"]?.numbers))
    func run() throws -> [Double] {
      let model = try Golden.model(precision: .bfloat16)
      var optimizer = AdamW(betas: (0.9, 0.95), epsilon: 1e-8, weightDecay: 0.1)
      return try (0..<20).map { try step(model, &optimizer, on: $0 % 5, rate: rates[$0]).loss }
    }
    let found = try run()
    for (index, (loss, expected)) in zip(found, losses).enumerated() {
      #expect(abs(loss / expected - 1) < 0.02, "loss of step \(index)")
    }
    #expect(try run() == found)
  }
}
