import Adapters
import Autodiff
import Checkpoints
import Diagnostics
import InstructionData
import LanguageModels
import StrictJSON
import Tensors

/// The text of `config.json` of a Llama with 32 tokens and two layers, with keys put in or replaced.
func smallConfigurationText(_ changes: [String: JSONValue] = [:]) -> String {
  let keys: [String: JSONValue] = [
    "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 16, "intermediate_size": 24,
    "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 32,
    "max_position_embeddings": 64, "rms_norm_eps": 1e-5, "tie_word_embeddings": false, "initializer_range": 0.2,
  ]
  let members = keys.merging(changes) { $1 }.sorted { $0.key < $1.key }
  return JSONValue.members(members.map { (key: $0.key, value: $0.value) }).compactText
}

/// A configuration of that kind.
func smallConfiguration(_ changes: [String: JSONValue] = [:]) throws -> DecoderConfiguration {
  try DecoderConfiguration(parsing: smallConfigurationText(changes), place: "config.json")
}

/// A model of that kind with random weights, frozen.
func smallModel(_ changes: [String: JSONValue] = [:]) throws -> LanguageModel {
  LanguageModel(randomly: try smallConfiguration(changes), seed: 6, trainable: false)
}

/// Settings of LoRA or DoRA, changed from the defaults.
func lowRank(
  _ change: (inout LoRA) -> Void = { _ in }
) -> LoRA {
  var settings = LoRA()
  (settings.rank, settings.alpha, settings.targets) = (4, 8, .all)
  change(&settings)
  return settings
}

/// Settings of a bottleneck of four units.
func bottleneck(_ placement: BottleneckAdapters.Placement) -> AdapterConfiguration {
  var settings = BottleneckAdapters()
  (settings.placement, settings.width) = (placement, .units(4))
  return .bottleneck(settings)
}

/// Settings of a prefix of five positions.
func prefix(reparameterization hidden: Int?) -> AdapterConfiguration {
  var settings = PrefixTuning(length: 5)
  settings.reparameterizationHidden = hidden
  return .prefix(settings)
}

/// Sequences of uneven lengths that repeat on every call.
let sequences: [[Int32]] = {
  var stream = RandomStream(seed: 5, purpose: "sequences")
  return [7, 3, 12].map { length in (0..<length).map { _ in Int32(stream.next() % 32) } }
}()

extension Adapter {
  /// Moves what is trained away from its start, as training would.
  func stir(deviation: Double = 0.2) {
    for parameter in parameters {
      var stream = RandomStream(seed: 3, purpose: parameter.name)
      let noise = stream.normalTensor(parameter.variable.shape, deviation: deviation)
      parameter.variable.updateValue { for index in 0..<$0.count { $0[index] += noise[index] } }
    }
  }
}

extension LanguageModel {
  /// The logits of all tokens of sequences laid end to end, `[T, V]`.
  func logits(_ sequences: [[Int32]]) -> [Float] {
    withoutGradients {
      let layout = SequenceLayout(sequences)
      return logits(states(layout), rows: Array(layout.tokens.indices)).array
    }
  }

  /// The summed loss of all tokens but each sequence's first.
  func loss(_ sequences: [[Int32]]) -> Variable {
    let layout = SequenceLayout(sequences)
    let rows = layout.spans.flatMap { Array($0.queries.dropLast()) }
    return losses(
      states(layout, rows: rows), rows: Array(rows.indices), targets: sequences.flatMap { $0.dropFirst() }
    ).losses.sum()
  }

  /// The loss and every gradient of an adapter's parameters, which keep none.
  func step(_ sequences: [[Int32]], _ adapter: Adapter) -> (loss: Float, gradients: [[Float]]) {
    let loss = loss(sequences)
    loss.backward()
    defer { for parameter in adapter.parameters { parameter.variable.clearGradient() } }
    return (loss.scalar, adapter.parameters.map { $0.variable.gradient?.array ?? [] })
  }
}

/// The largest difference of two lists of numbers; infinite where they are not of one length.
func difference(_ found: [Float], _ expected: [Float]) -> Float {
  guard found.count == expected.count else { return .infinity }
  return zip(found, expected).reduce(0) { max($0, abs($1.0 - $1.1)) }
}

/// Tensors in memory that read like a file.
struct MemoryTensors: TensorSource {
  let path = "memory.h5"
  let tensors: [TensorDescription]
  private let values: [String: [Float]]

  init(_ form: AdapterForm) throws {
    tensors = try form.tensors.map {
      try TensorDescription(name: $0.name, shape: $0.value.shape.extents, type: .float32)
    }
    values = Dictionary(form.tensors.map { ($0.name, $0.value.array) }) { first, _ in first }
  }

  func description(of name: String) -> TensorDescription? { tensors.first { $0.name == name } }

  func read(
    _ tensor: TensorDescription, rows: Range<Int>, as type: StoredType, into target: UnsafeMutableRawBufferPointer
  ) throws {
    guard type == .float32, let floats = values[tensor.name] else { throw UserError.file("\(path): not there") }
    let width = tensor.rowElementCount
    floats[(rows.lowerBound * width)..<(rows.upperBound * width)].withUnsafeBytes { target.copyMemory(from: $0) }
  }
}
