import Adapters
import LanguageModels
import Testing

/// `train_also`: modules of the model that are trained whole beside LoRA.
@Suite("Whole modules")
struct WholeModuleTests {
  private let file = "base_model.model."

  @Test("an untied model's embedding, head and last norm are trained each for itself")
  func untied() throws {
    let model = try smallModel()
    let adapter = try Adapter(.lora(lowRank { $0.trainAlso = ["lm_head", "norm"] }), on: model, seed: 1)
    let whole = adapter.tensors.filter { !$0.name.contains("lora_") }
    #expect(whole.map(\.name) == [file + "lm_head.weight", file + "model.norm.weight"])
    let base = model.parameters.first { $0.name == "lm_head.weight" }?.variable.value.array
    #expect(whole[0].variable.value.array == base)
    model.attachments = adapter.attachments
    let gradients = model.step(sequences, adapter).gradients
    #expect(gradients.allSatisfy { !$0.isEmpty })
    adapter.stir()
    // The model's own stays as it is.
    #expect(model.parameters.first { $0.name == "lm_head.weight" }?.variable.value.array == base)
  }

  @Test("a tied model's embedding is one tensor that also serves as the head", arguments: ["embed_tokens", "lm_head"])
  func tied(name: String) throws {
    let model = try smallModel(["tie_word_embeddings": true])
    let adapter = try Adapter(.lora(lowRank { $0.trainAlso = [name] }), on: model, seed: 1)
    let whole = adapter.tensors.filter { !$0.name.contains("lora_") }
    #expect(whole.map(\.name) == [file + "model.embed_tokens.weight", file + "lm_head.weight"])
    #expect(whole[0].variable === whole[1].variable)
    let weights = adapter.attachments.weights
    #expect(weights["lm_head.weight"] === weights["model.embed_tokens.weight"])

    // The reference: a model whose own embedding, tied, is trained. LoRA starts at zero.
    let reference = LanguageModel(randomly: model.configuration, seed: 6)
    reference.loss(sequences).backward()
    model.attachments = adapter.attachments
    model.loss(sequences).backward()
    let expected = reference.parameters.first { $0.name == "model.embed_tokens.weight" }?.variable.gradient?.array
    #expect(difference(whole[0].variable.gradient?.array ?? [], expected ?? []) < 1e-4)
  }

  @Test("norms and biases are trained where a model has them")
  func biases() throws {
    let model = try smallModel(["attention_bias": true])
    let adapter = try Adapter(.biasNorm, on: model, seed: 1)
    #expect(adapter.tensors.count == 5 + 2 * 4)
    #expect(adapter.tensors.contains { $0.name == file + "model.layers.1.self_attn.o_proj.bias" })
    model.attachments = adapter.attachments
    #expect(model.step(sequences, adapter).gradients.allSatisfy { $0.contains { $0 != 0 } })
  }
}
