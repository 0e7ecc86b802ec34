import Adapters
import Autodiff
import LanguageModels
import Tensors
import Testing

/// LoRA at the head and at the embedding: `lm_head` and `embed_tokens` among the targets.
@Suite("LoRA at head and embedding")
struct OuterChangeTests {
  /// Only head and embedding are changed, so that nothing else has a gradient.
  private let settings = AdapterConfiguration.lora(lowRank { $0.targets = .names(["lm_head", "embed_tokens"]) })
  private let place = "base_model.model."

  private func matrix(_ a: Variable, _ b: Variable) -> Variable { withoutGradients { matrixProduct(a, b) } }

  @Test("gradients are those of the whole weights, taken through the product")
  func gradients() throws {
    let model = try smallModel()
    let adapter = try Adapter(settings, on: model, seed: 1)
    adapter.stir()
    model.attachments = adapter.attachments
    let found = Dictionary(
      uniqueKeysWithValues: zip(adapter.parameters.map(\.name), model.step(sequences, adapter).gradients))
    func factor(_ name: String) throws -> Variable {
      try #require(adapter.tensors.first { $0.name == place + name }).variable
    }
    // The reference: W + s B A as weights of their own, with s = 8 / 4.
    let (a, b) = (try factor("lm_head.lora_A.weight"), try factor("lm_head.lora_B.weight"))
    let (tableA, tableB) = (
      try factor("model.embed_tokens.lora_embedding_A"), try factor("model.embed_tokens.lora_embedding_B")
    )
    var reference = Attachments()
    for (name, change) in [
      ("lm_head.weight", matrix(b, a)), ("model.embed_tokens.weight", matrix(tableB, tableA).transposed()),
    ] {
      let base = try #require(model.parameters.first { $0.name == name }).variable
      let changed = withoutGradients { (base + 2 * change).value.copy() }
      reference.weights[name] = Variable(changed, requiresGradient: true)
    }
    model.attachments = reference
    model.loss(sequences).backward()
    let head = Variable(try #require(reference.weights["lm_head.weight"]?.gradient))
    let table = Variable(try #require(reference.weights["model.embed_tokens.weight"]?.gradient)).transposed()
    let expected = withoutGradients {
      [
        "lm_head.lora_A.weight": 2 * matrix(b.transposed(), head),
        "lm_head.lora_B.weight": 2 * matrix(head, a.transposed()),
        "model.embed_tokens.lora_embedding_A": 2 * matrix(tableB.transposed(), table),
        "model.embed_tokens.lora_embedding_B": 2 * matrix(table, tableA.transposed()),
      ]
    }
    #expect(found.count == expected.count)
    for (name, gradient) in expected {
      #expect(difference(found[place + name] ?? [], gradient.value.array) < 1e-3, "\(name)")
    }
  }

  @Test("the start changes nothing, and dropout of the head repeats with its seed")
  func start() throws {
    let model = try smallModel()
    let base = model.logits(sequences)
    var dropping = lowRank { $0.targets = .names(["lm_head", "embed_tokens"]) }
    dropping.dropout = 0.5
    let adapter = try Adapter(.lora(dropping), on: model, seed: 1)
    model.attachments = adapter.attachments
    #expect(difference(model.logits(sequences), base) < 1e-6)
    adapter.stir()
    func loss(seed: UInt64) -> Float {
      model.dropoutSeed = seed
      return model.step(sequences, adapter).loss
    }
    #expect(loss(seed: 1) == loss(seed: 1))
    #expect(loss(seed: 1) != loss(seed: 2))
  }

  @Test("a tied model's head and embedding change each for itself, and part when merged")
  func tied() throws {
    let model = try smallModel(["tie_word_embeddings": true])
    let adapter = try Adapter(settings, on: model, seed: 1)
    #expect(!MergedWeights(model, adapter).shapes.isEmpty)
    adapter.stir()
    #expect(MergedWeights(model, adapter).separatesEmbeddingAndHead)
    #expect(adapter.parameterCount == 2 * 4 * (16 + 32))
  }
}
