import LanguageModels
import StrictJSON
import Testing

@Suite("config.json")
struct DecoderConfigurationTests {
  @Test("defaults stand where transformers has them")
  func defaults() throws {
    let configuration = try tiny([
      "num_key_value_heads": .null, "head_dim": .null, "eos_token_id": [2, 7],
    ])
    #expect(configuration.attention.keyValueHeadCount == 4)
    #expect(configuration.attention.headWidth == 4)
    #expect(!configuration.tiesEmbeddings && configuration.linears.allSatisfy { !$0.hasBias })
    #expect(configuration.endOfTextIDs == [2, 7])
  }

  @Test("a model with one label is a reward model; classes are refused")
  func rewardModel() throws {
    let architectures: JSONValue = ["LlamaForSequenceClassification"]
    let configuration = try tiny([
      "architectures": architectures, "id2label": ["0": "LABEL_0"], "tie_word_embeddings": true,
    ])
    #expect(configuration.head == .score && !configuration.tiesEmbeddings)
    #expect(try tiny(["architectures": ["LlamaForCausalLM"]]).head == .vocabulary)
    // What transformers assumes where nothing is said is two classes.
    for labels: JSONValue in [["0": "bad", "1": "good"], .null] {
      let changes = ["architectures": architectures, "id2label": labels]
      #expect(try message { try tiny(changes) }.contains("sorts texts into 2 classes"))
    }
    let written = configuration.rewardModelMembers(padding: 2, endings: [2, 7])
    #expect(written.contains { $0.key == "architectures" && $0.value == architectures })
    #expect(written.contains { $0.key == "pad_token_id" && $0.value == .null })
    #expect(!configuration.rewardModelMembers(padding: 3, endings: [2, 7]).contains { $0.key == "pad_token_id" })
  }

  @Test("families differ in biases and norms")
  func families() throws {
    func withBias(_ configuration: DecoderConfiguration) -> Set<String> {
      Set(configuration.linears.filter(\.hasBias).map(\.role))
    }
    let qwen2 = try tiny(["model_type": "qwen2"])
    #expect(withBias(qwen2) == ["q_proj", "k_proj", "v_proj"] && qwen2.attention.queryNorm == nil)
    let qwen3 = try tiny(["model_type": "qwen3", "head_dim": 4])
    #expect(withBias(qwen3) == [] && qwen3.attention.queryNorm?.width == 4 && qwen3.attention.keyNorm?.width == 4)
    let olmo2 = try tiny(["model_type": "olmo2"])
    #expect(olmo2.attention.queryNorm?.width == 16 && olmo2.attention.keyNorm?.width == 8)
    #expect(olmo2.layers.allSatisfy { $0.attentionNorms.before == nil && $0.feedForwardNorms.before == nil })
    #expect(olmo2.weights.count { $0.kind == .norm } == 9)
    let llama = try tiny(["attention_bias": true, "mlp_bias": true])
    #expect(withBias(llama) == Set(llama.linearRoles))
  }

  @Test("the order of a model's parameters is fixed")
  func order() throws {
    let configuration = try tiny([
      "model_type": "qwen3", "head_dim": 4, "num_hidden_layers": 1, "attention_bias": true,
    ])
    #expect(
      configuration.weights.map(\.name) == [
        "model.embed_tokens.weight", "model.layers.0.self_attn.q_proj.weight", "model.layers.0.self_attn.q_proj.bias",
        "model.layers.0.self_attn.k_proj.weight", "model.layers.0.self_attn.k_proj.bias",
        "model.layers.0.self_attn.v_proj.weight", "model.layers.0.self_attn.v_proj.bias",
        "model.layers.0.self_attn.o_proj.weight", "model.layers.0.self_attn.o_proj.bias",
        "model.layers.0.mlp.gate_proj.weight", "model.layers.0.mlp.up_proj.weight",
        "model.layers.0.mlp.down_proj.weight", "model.layers.0.input_layernorm.weight",
        "model.layers.0.self_attn.q_norm.weight", "model.layers.0.self_attn.k_norm.weight",
        "model.layers.0.post_attention_layernorm.weight", "model.norm.weight", "lm_head.weight",
      ])
    let model = LanguageModel(randomly: configuration, seed: 1)
    #expect(model.parameters.map(\.name) == configuration.weights.map(\.name))
  }

  @Test("weights are counted without being made, as far as numbers go", arguments: modelTypes)
  func count(family: String) throws {
    for tied in [true, false] {
      let configuration = try tiny(["model_type": .string(family), "tie_word_embeddings": .bool(tied)])
      let model = LanguageModel(randomly: configuration, seed: 1)
      #expect(configuration.parameterCount == model.parameterCount)
      let score = configuration.forRewardModel
      #expect(score.parameterCount == LanguageModel(randomly: score, seed: 1).parameterCount)
    }
    let size: JSONValue = .integer(1 << 30)
    let huge = ["model_type": .string(family), "num_attention_heads": size, "head_dim": 65536, "hidden_size": size]
    #expect(try tiny(huge).parameterCount == nil)
  }

  @Test("of two keys that name a class, a type or labels differently, a note names the one that is used")
  func contradictions() throws {
    #expect(
      try tiny(["architectures": ["MistralForCausalLM"]]).notes == [
        "config.json: model_type is llama, and architectures names MistralForCausalLM; model_type is used, as in transformers"
      ])
    #expect(
      try tiny(["architectures": ["LLaMAForCausalLM"], "dtype": "float32", "torch_dtype": "float32"]).notes == [])
    #expect(
      try tiny(["dtype": "bfloat16", "torch_dtype": "float32"]).notes == [
        #"config.json: dtype is "bfloat16", and torch_dtype is "float32"; dtype is used, as in transformers "#
          + "(stored weights keep their type)"
      ])
    #expect(
      try tiny([
        "architectures": ["LlamaForSequenceClassification"], "id2label": ["0": "LABEL_0"], "num_labels": 2,
      ]).notes == ["config.json: id2label has 1 entries, and num_labels is 2; id2label is used, as in transformers"])
  }

  @Test(
    "a key that asks for what is not computed is refused by name",
    arguments: [
      ("hidden_act", "gelu"), ("quantization_config", ["bits": 4]), ("num_local_experts", 8), ("q_lora_rank", 16),
      ("attn_logit_softcapping", 50), ("final_logit_softcapping", 30), ("logit_scale", 0.5),
      ("embedding_multiplier", 12), ("attention_dropout", 0.1), ("partial_rotary_factor", 0.5),
      ("layer_types", ["full_attention", "linear_attention"]),
      ("layer_types", ["full_attention", "sliding_attention"]), ("sliding_window", 16),
    ] as [(String, JSONValue)])
  func notComputed(key: String, value: JSONValue) throws {
    let message = try message { try tiny([key: value]) }
    #expect(message.hasPrefix("config.json: ") && message.contains(key))
  }

  @Test(
    "values that cannot be are refused with what was found and expected",
    arguments: [
      (
        ["hidden_size": .null],
        "config.json: hidden_size: expected a whole number from 1 to 1073741824, found null"
      ),
      (["hidden_size": "16"], "config.json: hidden_size: expected a whole number from 1 to 1073741824, found '16'"),
      (["hidden_size": 0], "config.json: hidden_size: expected a whole number from 1 to 1073741824, found 0"),
      (
        ["vocab_size": .number("1e30")],
        "config.json: vocab_size: expected a whole number from 1 to 1073741824, found 1e30"
      ),
      (
        ["num_hidden_layers": 1_000_000],
        "config.json: num_hidden_layers: expected a whole number from 1 to 10000, found 1000000"
      ),
      (["rms_norm_eps": -1], "config.json: rms_norm_eps: expected a number of at least 0, found -1"),
      (["tie_word_embeddings": 1], "config.json: tie_word_embeddings: expected true or false, found 1"),
      (["eos_token_id": "two"], "config.json: eos_token_id: expected token ids, found 'two'"),
      (["num_key_value_heads": 3], "config.json: num_attention_heads 4 is not a multiple of num_key_value_heads 3"),
      (
        ["hidden_size": 18],
        "config.json: hidden_size 18 is not a multiple of num_attention_heads 4, and there is no head_dim"
      ),
      (
        ["hidden_size": 18, "head_dim": .null],
        "config.json: hidden_size 18 is not a multiple of num_attention_heads 4, and there is no head_dim"
      ),
      (["head_dim": 5], "config.json: a head is 5 wide; rotary positions need an even width"),
      (["head_dim": 1_073_741_824], "config.json: a head is 1073741824 wide; expected at most 65536"),
      (
        ["model_type": "lama"],
        "config.json: model_type 'lama' is not a family that Attune knows: \(modelTypes.joined(separator: ", "))."
          + " Did you mean 'llama'?"
      ),
      (["model_type": .null], "config.json: the key 'model_type' is missing."),
    ] as [([String: JSONValue], String)])
  func impossible(changes: [String: JSONValue], expected: String) throws {
    #expect(try message { try tiny(changes) } == expected)
  }

  @Test("text that is no object of JSON is refused")
  func noObject() throws {
    #expect(
      try message { try DecoderConfiguration(parsing: "[]", place: "config.json") }
        == "config.json: expected an object, found an array")
    let damaged = try message { try DecoderConfiguration(parsing: "{", place: "config.json") }
    #expect(damaged.hasPrefix("config.json:1: not JSON: "))
  }
}
