import Adapters
import Checkpoints
import Foundation
import LanguageModels
import StrictJSON
import Tensors
import TestSupport
import Testing

/// An adapter as another program may have written it: a configuration, and tensors with made-up values.
struct StoredAdapter: Sendable, CustomTestStringConvertible {
  let name: String
  /// The members of `adapter_config.json` besides `peft_type`.
  let configuration: String
  /// The tensors' names, without `base_model.model.` unless they begin with a dot, and their shapes.
  let tensors: [(name: String, shape: [Int])]
  var type = "LORA"

  var testDescription: String { name }

  /// The name of a tensor in the file.
  private static func fileName(_ name: String) -> String {
    name.hasPrefix(".") ? String(name.dropFirst()) : "base_model.model." + name
  }

  /// Writes the adapter as a PEFT folder.
  func write(to url: URL) throws {
    let values = tensors.map { tensor in
      var stream = RandomStream(seed: 3, purpose: tensor.name)
      return (name: Self.fileName(tensor.name), value: stream.normalTensor(Shape(tensor.shape), deviation: 0.3))
    }
    let text =
      #"{"peft_type": "\#(type)", "task_type": "CAUSAL_LM"\#(configuration.isEmpty ? "" : ", ")\#(configuration)}"#
    let writer = try WeightsWriter(
      url, ModelContents(kind: .adapter, configuration: text),
      tensors: values.map { try TensorDescription(name: $0.name, shape: $0.value.shape.extents, type: .float32) })
    for (name, value) in values { try value.withBytes { try writer.write(name, from: $0, as: .float32) } }
    try writer.finish()
  }

  /// Reads the adapter in the folder that ``write(to:)`` makes, and attaches it.
  ///
  /// - Returns: what a user should know.
  @discardableResult
  func attach(to model: LanguageModel, in folder: TemporaryFolder) throws -> [String] {
    if !FileManager.default.fileExists(atPath: folder[name].path) { try write(to: folder[name]) }
    let source = try WeightsSource.adapter(at: folder[name])
    let configuration = try AdapterConfiguration(source)
    model.attachments = try Adapter(configuration, reading: source, on: model).attachments
    return configuration.notes(for: model.configuration, tensors: source)
  }
}

/// The factors of LoRA at a layer of the sample models, which are 32 wide.
func factors(_ layer: String, _ outputs: Int, _ inputs: Int = 32, rank: Int = 4) -> [(name: String, shape: [Int])] {
  [("\(layer).lora_A.weight", [rank, inputs]), ("\(layer).lora_B.weight", [outputs, rank])]
}

/// The factors at the queries of both layers.
let queries = factors("model.layers.0.self_attn.q_proj", 32) + factors("model.layers.1.self_attn.q_proj", 32)
/// The factors at head and embedding.
let headFactors = factors("lm_head", 96)
let tableFactors: [(name: String, shape: [Int])] = [
  ("model.embed_tokens.lora_embedding_A", [4, 96]), ("model.embed_tokens.lora_embedding_B", [32, 4]),
]
