import Checkpoints
import Foundation
import LanguageModels
import StrictJSON
import Tensors
import Testing

/// A safetensors file with the weights of a random model, under names and with values of the caller's choice.
private func withWeights<Result>(
  of model: LanguageModel, rename: (String) -> String? = { $0 }, adding extra: [String: [Int]] = [:],
  copying copies: [String: String] = [:], type: StoredType = .float32, _ body: (SafetensorsFile) throws -> Result
) throws -> Result {
  let url = FileManager.default.temporaryDirectory.appendingPathComponent("attune-weights-\(UUID()).safetensors")
  defer { try? FileManager.default.removeItem(at: url) }
  let kept = model.parameters.compactMap { name, variable in rename(name).map { ($0, variable.value) } }
  let added =
    extra.map { ($0, Tensor.zeros(Shape($1))) }
    + model.parameters.compactMap { name, variable in copies[name].map { ($0, variable.value) } }
  let writer = try SafetensorsWriter(
    url, tensors: try (kept + added).map { try TensorDescription(name: $0.0, shape: $0.1.shape.extents, type: type) })
  for (name, tensor) in kept + added { try tensor.withBytes { try writer.write(name, from: $0, as: .float32) } }
  try writer.finish()
  return try body(try SafetensorsFile(url))
}

@Suite("Reading a model's weights")
struct LoadingTests {
  private static let embedding = "model.embed_tokens.weight"

  private func load(
    _ configuration: DecoderConfiguration, _ file: SafetensorsFile, trainable: Bool = false
  ) throws -> LanguageModel {
    try LanguageModel(configuration, reading: file, place: "m", trainable: trainable)
  }

  @Test("what was written is read", arguments: modelTypes)
  func roundTrip(family: String) throws {
    let configuration = try tiny(["model_type": .string(family)])
    let model = LanguageModel(randomly: configuration, seed: 1)
    try withWeights(of: model) { file in
      let read = try load(configuration, file)
      #expect(read.parameterCount == model.parameterCount && read.trainableParameterCount == 0)
      for (one, other) in zip(read.parameters, model.parameters) {
        #expect(one.name == other.name && one.variable.value.array == other.variable.value.array)
      }
    }
  }

  @Test("a missing tensor, a wrong shape and a left-over tensor are named")
  func mistakes() throws {
    let configuration = try tiny()
    let model = LanguageModel(randomly: configuration, seed: 1)
    let down = "model.layers.1.mlp.down_proj.weight"
    func refusal(rename: (String) -> String? = { $0 }, adding extra: [String: [Int]] = [:]) throws -> String {
      try withWeights(of: model, rename: rename, adding: extra) { file in
        try message { try load(configuration, file) }
      }
    }
    #expect(
      try refusal(rename: { $0 == down ? "model.layers.1.mlp.down_proj.weigth" : $0 })
        == "m: the tensor '\(down)' of shape [16, 24] is missing. Did you mean 'model.layers.1.mlp.down_proj.weigth'?")
    #expect(
      try refusal(rename: { $0 == down ? nil : $0 }, adding: [down: [24, 16]])
        == "m: the tensor '\(down)' has the shape [24, 16]; config.json asks for [16, 24]")
    #expect(
      try refusal(adding: ["model.layers.2.input_layernorm.weight": [16], "x": [1]])
        == "m: the tensor 'model.layers.2.input_layernorm.weight' is none of a llama model as config.json describes it"
        + " (nor are 1 others)")
  }

  @Test("a tied embedding may stand under its own name, under the head's, or under both")
  func tied() throws {
    let configuration = try tiny(["tie_word_embeddings": true])
    let model = LanguageModel(randomly: configuration, seed: 1)
    #expect(!model.parameters.contains { $0.name == "lm_head.weight" })
    let forms = [
      try withWeights(of: model) { try load(configuration, $0) },
      try withWeights(of: model, rename: { $0 == Self.embedding ? "lm_head.weight" : $0 }) {
        try load(configuration, $0)
      },
      try withWeights(of: model, copying: [Self.embedding: "lm_head.weight"]) {
        try load(configuration.reconciled(with: $0), $0)
      },
    ]
    for read in forms {
      #expect(read.parameters[0].name == Self.embedding)
      #expect(read.parameters[0].variable.value.array == model.parameters[0].variable.value.array)
    }
  }

  @Test("a head stored beside a tied embedding is used where it differs, and a note says so")
  func untied() throws {
    let configuration = try tiny(["tie_word_embeddings": true])
    let model = LanguageModel(randomly: configuration, seed: 1)
    try withWeights(of: model, copying: [Self.embedding: "lm_head.weight"], type: .bfloat16) { file in
      let found = try configuration.reconciled(with: file)
      #expect(found == configuration)
    }
    try withWeights(of: model, adding: ["lm_head.weight": [32, 16]]) { file in
      let found = try configuration.reconciled(with: file)
      #expect(!found.tiesEmbeddings && found.parameterCount == model.parameterCount + 32 * 16)
      #expect(
        found.notes == [
          "\(file.path): tie_word_embeddings is true, and the tensors 'model.embed_tokens.weight' and 'lm_head.weight' "
            + "differ; both are used, as in transformers"
        ])
      let read = try load(found, file)
      #expect(read.parameters.last?.name == "lm_head.weight")
      #expect(read.parameters.last?.variable.value.array.allSatisfy { $0 == 0 } ?? false)
    }
  }

  @Test("buffers that older files carry are compared and not used")
  func comparedBuffers() throws {
    let configuration = try tiny()
    let model = LanguageModel(randomly: configuration, seed: 1)
    let buffers = [0, 1].map { "model.layers.\($0).self_attn.rotary_emb.inv_freq" }
    try withWeights(of: model, adding: [buffers[0]: [2], buffers[1]: [2]]) { file in
      let found = try configuration.reconciled(with: file)
      #expect(
        found.notes == [
          "\(file.path): the tensor '\(buffers[0])' and 1 like it differ from the frequencies that config.json asks for; "
            + "config.json is used, as in transformers"
        ])
    }
  }

  @Test("buffers that older files carry are passed over")
  func buffers() throws {
    let configuration = try tiny()
    let model = LanguageModel(randomly: configuration, seed: 1)
    let read = try withWeights(of: model, adding: ["model.layers.0.self_attn.rotary_emb.inv_freq": [2]]) { file in
      try load(configuration, file)
    }
    #expect(read.parameterCount == model.parameterCount)
  }

  @Test("bfloat16 stays as it is stored where it is only read, and becomes float32 where it is trained")
  func storage() throws {
    let configuration = try tiny()
    let model = LanguageModel(randomly: configuration, seed: 1)
    try withWeights(of: model, type: .bfloat16) { file in
      let (read, trained) = try (load(configuration, file), load(configuration, file, trainable: true))
      for (name, variable) in read.parameters {
        #expect(variable.elementType == (variable.shape.rank > 1 ? .bfloat16 : .float32), "\(name)")
      }
      #expect(trained.parameters.allSatisfy { $0.variable.elementType == .float32 && $0.variable.requiresGradient })
      for (one, other) in zip(read.parameters, trained.parameters) {
        #expect(one.variable.value.array == other.variable.value.array)
      }
    }
  }

  @Test("random weights follow from the seed alone: normal matrices, norms of 1, biases of 0")
  func random() throws {
    let configuration = try tiny(["model_type": "qwen2", "vocab_size": 4096])
    let (one, same) = (LanguageModel(randomly: configuration, seed: 3), LanguageModel(randomly: configuration, seed: 3))
    let other = LanguageModel(randomly: configuration, seed: 4)
    for ((name, first), (second, third)) in zip(one.parameters, zip(same.parameters, other.parameters)) {
      let values = first.value.array
      #expect(values == second.variable.value.array, "\(name)")
      switch name {
      case _ where name.hasSuffix("norm.weight"): #expect(values.allSatisfy { $0 == 1 })
      case _ where name.hasSuffix(".bias"): #expect(values.allSatisfy { $0 == 0 })
      default: #expect(values != third.variable.value.array, "\(name)")
      }
    }
    let embedding = one.parameters[0].variable.value.array.map(Double.init)
    let deviation = (embedding.reduce(0) { $0 + $1 * $1 } / Double(embedding.count)).squareRoot()
    #expect(abs(deviation - 0.2) < 0.005)
    #expect(abs(embedding.reduce(0, +) / Double(embedding.count)) < 0.005)
  }
}
