import Adapters
import Diagnostics
import LanguageModels
import TestSupport
import Testing

/// What is said of adapters of PEFT's that are not quite what their configuration says.
@Suite("Messages about PEFT's adapters")
struct StoredAdapterMessageTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func adapter(
    _ tensors: [(name: String, shape: [Int])], _ configuration: String = #""target_modules": ["q_proj"]"#
  ) -> StoredAdapter {
    StoredAdapter(name: "adapter", configuration: #""r": 4, "# + configuration, tensors: tensors)
  }

  private func message(_ adapter: StoredAdapter, _ kind: SampleModel = .untied) throws -> String {
    let error = #expect(throws: UserError.self) { try adapter.attach(to: kind.make(), in: folder) }
    return error?.message ?? ""
  }

  @Test(
    "each tensor without a place is named with its own cause",
    arguments: [
      ("model.layers.7.self_attn.q_proj.lora_A.weight", "the model has 2 layers, and it is of layer 7"),
      (
        "model.layers.0.self_attn.q_prj.lora_A.weight",
        "there is no such module; the adapter was made for another base."
      ),
      ("model.layers.0.self_attn.q_prj.lora_A.weight", "Did you mean 'q_proj'?"),
      (
        "model.layers.0.self_attn.q_proj.ia3_l",
        "it is a factor of IA3, and adapter_config.json describes another method"
      ),
      ("model.layers.0.self_attn.q_proj.lora_magnitude_vector", "it is the magnitude of DoRA (use_dora)"),
      ("model.layers.0.self_attn.q_proj.lora_B.bias", "it is the bias of lora_bias"),
      (
        "model.layers.0.self_attn.q_proj.weight",
        "PEFT keeps the weight beside it as 'model.layers.0.self_attn.q_proj.base"
      ),
      ("model.layers.0.self_attn.k_proj.bias", "model.layers.0.self_attn.k_proj has no bias in this model"),
      ("model.layers.0.mlp.up_proj.base_layer.weight", "and model.layers.0.mlp.up_proj has no part"),
      ("model.embed_tokens.token_adapter.trainable_tokens_delta", "it is rows of trainable_token_indices"),
      ("model.layers.0.self_attn.q_proj.lora_A.default.weight", "it is named as in a running PEFT model"),
      (".model.layers.0.self_attn.q_proj.lora_A.weight", "its name does not start with 'base_model.model.'"),
      ("model.layers.0.mlp.experts.lora_A.weight", "there is no such module"),
    ])
  func stray(name: String, cause: String) throws {
    let found = try message(adapter(queries + [(name, [2, 2])]))
    #expect(found.contains("has no place in this llama model") && found.contains(cause), "\(found)")
  }

  @Test("several causes are several lines")
  func severalCauses() throws {
    let names = [
      "model.layers.7.mlp.up_proj.lora_A.weight", "model.layers.7.mlp.up_proj.lora_B.weight", "lm_head.bias",
    ]
    let lines = try message(adapter(queries + names.map { ($0, [2, 2]) })).split(separator: "\n")
    #expect(lines.count == 2 && lines[0].contains("lm_head has no bias") && lines[1].contains("(nor has another)"))
  }

  @Test(
    "what PEFT warns of is said by name and number",
    arguments: [
      (
        queries, #""target_modules": ["q_proj", "k_proj"]"#,
        "lacks 4 tensors ('base_model.model.model.layers.0.self_attn.k"
      ),
      (
        Array(queries.dropLast()), #""target_modules": ["q_proj"]"#, "lacks 1 tensor ('base_model.model.model.layers.1."
      ),
      (
        queries + headFactors, #""target_modules": ["q_proj"]"#,
        "has 2 tensors ('base_model.model.lm_head.lora_A.weight', "
      ),
      (queries, #""target_modules": ["q_proj"], "fan_in_fan_out": true"#, "fan_in_fan_out is true"),
      (queries, #""target_modules": ["q_proj"], "rank_pattern": {"wq": 2}"#, "rank_pattern: wq matches no layer"),
      (queries, #""target_modules": ["q_proj"], "modules_to_save": ["wte"]"#, "has a name that ends with wte"),
      (queries, #""target_modules": "(.*q_proj)+""#, "target_modules is a pattern that Attune does not evaluate"),
    ])
  func notes(tensors: [(name: String, shape: [Int])], configuration: String, note: String) throws {
    let notes = try adapter(tensors, configuration).attach(to: SampleModel.untied.make(), in: folder)
    #expect(notes.count == 1 && notes[0].contains(note), "\(notes)")
  }

  @Test("an adapter that is as its configuration says needs no note")
  func noNotes() throws {
    for stored in StoredCase.all where !["layer", "lora_bias", "root"].contains(where: stored.adapter.name.contains) {
      for kind in stored.losses.keys where stored.adapter.name != "no target_modules" {
        #expect(try stored.adapter.attach(to: kind.make(), in: folder) == [], "\(stored.adapter.name)")
      }
    }
  }

  @Test(
    "what Attune cannot follow is refused by its key",
    arguments: [
      (
        #""layer_replication": [[0, 1], [0, 2]]"#,
        "the option 'layer_replication' ([[0,1],[0,2]]) is not one that Attune"
      ),
      (#""alora_invocation_tokens": [1]"#, "the option 'alora_invocation_tokens'"),
      (#""use_qalora": true"#, "the option 'use_qalora' (true)"),
      (#""megatron_config": {"a": 1}"#, "'megatron_config'"),
      (#""arrow_config": {"top_k": 2}"#, "'arrow_config'"), (#""kasa_config": {"beta": 1}"#, "'kasa_config'"),
      (#""use_bdlora": {"a": 1}"#, "'use_bdlora'"), (#""velora_config": {"a": 1}"#, "'velora_config'"),
      (#""monteclora_config": {"a": 1}"#, "'monteclora_config'"),
      (#""bias": "some""#, "bias: expected none, all or lora_only"),
      (#""init_lora_weights": "corda""#, "init_lora_weights \"corda\" changed the base's weights"),
      (#""init_lora_weights": "eve""#, "init_lora_weights: expected a start that PEFT knows"),
      (
        #""target_parameters": ["mlp.experts.gate_up_proj"]"#,
        "target_parameters: 'mlp.experts.gate_up_proj' is no weight"
      ),
      (#""trainable_token_indices": [96]"#, "trainable_token_indices: there is no token 96: the model has 96 tokens"),
      (#""trainable_token_indices": {"q_proj": [1]}"#, "'q_proj' is neither the embedding nor the head of this model"),
      (#""modules_to_save": ["norm"]"#, "modules_to_save: the file lacks 5 tensors"),
      (#""use_dora": true, "lora_bias": true"#, "lora_bias: expected false beside use_dora"),
      (#""layers_to_transform": [0], "target_modules": ".*q_proj""#, "layers_to_transform: expected null"),
    ])
  func refused(members: String, expected: String) throws {
    let targets = members.contains("target_modules") ? "" : #""target_modules": ["q_proj"], "#
    let found = try message(adapter(queries, targets + members))
    #expect(found.contains(expected), "\(found)")
  }

  @Test("B without A, and a configuration that targets nothing of the file, are refused")
  func incomplete() throws {
    #expect(try message(adapter(Array(queries.dropFirst()))).contains("lora_A.weight', without which it means nothing"))
    let other = StoredAdapter(
      name: "other", configuration: #""r": 4, "target_modules": ["o_proj"]"#, tensors: queries)
    #expect(try message(other).contains("targets none of the layers that the file has tensors of"))
  }

  @Test(
    "training on head and embedding goes with LoRA",
    arguments: [
      (AdapterConfiguration.dora(lowRank { $0.targets = .names(["lm_head"]) }), "targets"),
      (.lora(lowRank { ($0.targets, $0.trainAlso) = (.names(["lm_head"]), ["lm_head"]) }), "train_also"),
      (.lora(lowRank { ($0.targets, $0.initialization) = (.names(["embed_tokens"]), .pissa) }), "initialization"),
    ])
  func problems(configuration: AdapterConfiguration, key: String) throws {
    #expect(configuration.problems(for: try smallConfiguration()).map(\.key) == [key])
    let fitting = AdapterConfiguration.lora(lowRank { $0.targets = .names(["v_proj", "lm_head", "embed_tokens"]) })
    #expect(fitting.problems(for: try smallConfiguration()).isEmpty)
  }
}
