import Adapters
import Autodiff
import Checkpoints
import Foundation
import LanguageModels
import Optimization
import Tensors
import TestSupport
import Testing
import Training

/// An adapter of the reference values: where its start and its end lie, and what `golden.py` made of it with PyTorch.
struct GoldenAdapter: Sendable, CustomTestStringConvertible {
  let name: String
  let configuration: AdapterConfiguration
  let start: String
  let end: String

  var testDescription: String { name }

  static let lora = GoldenAdapter(
    name: "lora",
    configuration: .lora(
      {
        var settings = LoRA()
        (settings.rank, settings.alpha, settings.targets) = (4, 8, .all)
        return settings
      }()), start: "golden/lora_init", end: "golden/lora_final")
  static let prefix = GoldenAdapter(
    name: "prefix",
    configuration: .prefix(
      {
        var settings = PrefixTuning(length: 6)
        settings.reparameterizationHidden = nil
        return settings
      }()), start: "golden/prefix_init", end: "golden/prefix_final")
  static let bottleneck = GoldenAdapter(
    name: "adapter",
    configuration: .bottleneck(
      {
        var settings = BottleneckAdapters()
        (settings.placement, settings.width) = (.houlsby, .units(8))
        return settings
      }()), start: "golden/adapter_init.safetensors", end: "golden/adapter_final.safetensors")
  static let all = [lora, prefix, bottleneck]

  /// The tensors of a PEFT folder or of a bare file.
  static func source(_ path: String) throws -> any TensorSource {
    path.hasSuffix(".safetensors")
      ? try SafetensorsFile(SharedAssets.url(path)) : try AdapterFolder(SharedAssets.url(path))
  }

  /// The adapter to be trained, with the reference's first values.
  func fresh(on model: LanguageModel) throws -> Adapter {
    let adapter = try Adapter(configuration, on: model, seed: 1)
    let source = try Self.source(start)
    for tensor in adapter.tensors {
      let values = try Self.floats(source, tensor.name)
      tensor.variable.updateValue { target in for (index, value) in values.enumerated() { target[index] = value }
      }
    }
    return adapter
  }

  static func floats(_ source: any TensorSource, _ name: String) throws -> [Float] {
    var values = [Float](repeating: 0, count: try source.tensor(named: name).elementCount)
    try values.withUnsafeMutableBytes { try source.read(name, as: .float32, into: $0) }
    return values
  }
}

/// Adapters on a tiny Llama against PEFT and torch in float32.
@Suite("Adapters equal PyTorch's", .enabled(if: Golden.isThere, "the reference values are not there"))
struct GoldenAdapterTests {
  /// The largest difference between the logits of the first batch and the expected ones.
  private func logitDifference(_ model: LanguageModel, _ name: String, _ part: String) throws -> Float {
    let expected = try GoldenAdapter.floats(
      SafetensorsFile(SharedAssets.url("golden/\(name)_logits.safetensors")), part)
    // The reference keeps the logits of two rows.
    return try GoldenBatches("sft").rows(0).map(\.tokens).prefix(expected.count / (24 * 256)).enumerated().map {
      row, sequence in
      let states = withoutGradients { model.states(SequenceLayout([sequence])) }
      let logits = model.logits(states, rows: Array(sequence.indices)).array
      return zip(logits, expected[(row * 24 * 256)...]).map { abs($0 - $1) }.max() ?? .infinity
    }.max() ?? .infinity
  }

  @Test("logits at the start and at the end within 1e-4", arguments: GoldenAdapter.all)
  func logits(_ golden: GoldenAdapter) throws {
    let model = try Golden.model(trainable: false)
    model.attachments = try golden.fresh(on: model).attachments
    #expect(try logitDifference(model, golden.name, "init") < 1e-4)
    guard !golden.end.hasSuffix(".safetensors") else { return }
    model.attachments = try Adapter(
      golden.configuration, reading: AdapterFolder(SharedAssets.url(golden.end)), on: model
    ).attachments
    #expect(try logitDifference(model, golden.name, "final") < 1e-4)
  }

  @Test(
    "loss, every gradient's probe, and twenty steps with their weights on the way", arguments: GoldenAdapter.all,
    ActivationCheckpointing.allCases)
  func trajectory(_ golden: GoldenAdapter, checkpointing: ActivationCheckpointing) throws {
    let expected = try SharedAssets.json("golden/\(golden.name).json")
    let trajectory = try #require(expected["trajectory"])
    let (losses, norms, rates) = try (
      #require(trajectory["loss"]?.numbers), #require(trajectory["grad_norm"]?.numbers),
      #require(trajectory["lr"]?.numbers)
    )
    let model = try Golden.model(trainable: false)
    model.checkpointing = checkpointing
    let adapter = try golden.fresh(on: model)
    model.attachments = adapter.attachments
    let batches = try Golden.batches()
    var optimizer = AdamW(betas: (0.9, 0.95), epsilon: 1e-8, weightDecay: 0.1)
    for index in 0..<20 {
      let loss = Objective.supervised.loss(model, batches[index % 5])
      loss.sum.backward()
      let count = Double(loss.count)
      #expect(abs(Double(loss.sum.scalar) / count / losses[index] - 1) < 1e-3, "loss of step \(index)")
      if index == 0 {
        for tensor in adapter.tensors {
          let probes = expected["grad"]
          let probe = try #require(
            Probe(probes?[tensor.name] ?? probes?[tensor.name.withDefault] ?? probes), "no probe of \(tensor.name)")
          let gradient = try #require(tensor.variable.gradient, "no gradient of \(tensor.name)").array
          #expect(probe.difference(from: gradient.map { $0 / Float(count) }) == nil, "gradient of \(tensor.name)")
        }
      }
      let norm = globalNorm(of: adapter.parameters) / count
      #expect(abs(norm / norms[index] - 1) < 1e-3, "gradient norm of step \(index)")
      optimizer.step(
        adapter.parameters, learningRate: rates[index], gradientScale: clippingFactor(norm: norm, limit: 1) / count)
      for parameter in adapter.parameters { parameter.variable.clearGradient() }
      guard let probes = trajectory["params_after_\(index + 1)"] else { continue }
      for tensor in adapter.tensors {
        let probe = try #require(Probe(probes[tensor.name] ?? probes[tensor.name.withDefault] ?? probes[prefixInTorch]))
        #expect(probe.difference(from: tensor.variable.value.array) == nil, "\(tensor.name) after \(index + 1) steps")
      }
    }
  }

  @Test("a rank-stabilized LoRA on queries and values has the scale α / √r")
  func rankStabilized() throws {
    let model = try Golden.model(trainable: false)
    var settings = LoRA()
    (settings.rank, settings.alpha, settings.scaling) = (4, 8, .rankStabilized)
    let adapter = try Adapter(.lora(settings), on: model, seed: 1)
    let source = try SafetensorsFile(SharedAssets.url("golden/lora_qv_rslora_init.safetensors"))
    for tensor in adapter.tensors {
      let values = try GoldenAdapter.floats(source, tensor.name.withDefault)
      tensor.variable.updateValue { target in for (index, value) in values.enumerated() { target[index] = value }
      }
    }
    model.attachments = adapter.attachments
    #expect(try logitDifference(model, "lora", "init_qv_rslora") < 1e-4)
  }
}

extension String {
  /// A LoRA tensor's name as it is in a running PEFT model, where adapters have names.
  var withDefault: String { replacingOccurrences(of: ".weight", with: ".default.weight") }
}

/// What a prefix is called in a running PEFT model.
private let prefixInTorch = "prompt_encoder.default.embedding.weight"
