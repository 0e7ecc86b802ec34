/// Adapters as PEFT writes them, or as they may be edited, and PEFT's losses.
extension StoredCase {
  static let all = changes + wholes + selections + otherMethods

  /// Low-rank changes of head and embedding.
  private static let changes: [StoredCase] = [
    StoredCase(
      "head", [.untied: 8.125599, .tied: 8.693582],
      queries + headFactors,
      #""target_modules": ["q_proj", "lm_head"]"#),
    StoredCase(
      "embedding", [.untied: 6.544158, .tied: 5.770796],
      queries + tableFactors,
      #""target_modules": ["q_proj", "embed_tokens"]"#),
    StoredCase(
      "head and embedding by a pattern", [.untied: 7.127360, .tied: 6.482928, .biased: 7.256959],
      queries + headFactors + tableFactors,
      #""target_modules": ".*(q_proj|lm_head|embed_tokens)""#),
    StoredCase(
      "scaled by the root of the rank", [.untied: 11.899173, .tied: 10.657745],
      queries + headFactors + tableFactors,
      #""target_modules": ["q_proj", "lm_head", "embed_tokens"], "use_rslora": true, "fan_in_fan_out": true"#),
    StoredCase(
      "tied changes", [.tied: 6.800078],
      queries + tableFactors,
      #""target_modules": ["q_proj", "embed_tokens"], "ensure_weight_tying": true"#),
    StoredCase(
      "patterns at head and embedding", [.untied: 6.154092, .tied: 6.611983],
      queries + factors("lm_head", 96, rank: 3)
        + [("model.embed_tokens.lora_embedding_A", [2, 96]), ("model.embed_tokens.lora_embedding_B", [32, 2])],
      #"""
      "target_modules": ["q_proj", "lm_head", "embed_tokens"],
      "rank_pattern": {"embed_tokens": 2, "lm_head": 3}, "alpha_pattern": {"lm_head": 5}
      """#),
    StoredCase(
      "dora at head and embedding", [.untied: 4.680221, .tied: 4.670314],
      queries + headFactors + tableFactors + [
        ("model.layers.0.self_attn.q_proj.lora_magnitude_vector", [32]),
        ("model.layers.1.self_attn.q_proj.lora_magnitude_vector", [32]), ("lm_head.lora_magnitude_vector", [96]),
        ("model.embed_tokens.lora_magnitude_vector", [32]),
      ],
      #""target_modules": ["q_proj", "lm_head", "embed_tokens"], "use_dora": true"#),
    StoredCase(
      "saved bases beside the changes", [.untied: 7.031739, .tied: 6.943279],
      queries + headFactors + tableFactors + [
        ("lm_head.base_layer.weight", [96, 32]), ("model.embed_tokens.base_layer.weight", [96, 32]),
      ],
      #""target_modules": ["q_proj", "lm_head", "embed_tokens"]"#),
  ]

  /// Whole modules, starts, rows of the embedding, and biases.
  private static let wholes: [StoredCase] = [
    StoredCase(
      "save_embedding_layers", [.untied: 6.500191, .tied: 6.457234],
      queries + [("lm_head.weight", [96, 32]), ("model.embed_tokens.weight", [96, 32])],
      #""target_modules": ["q_proj"]"#),
    StoredCase(
      "every norm", [.untied: 4.562803, .tied: 4.780170],
      queries + [
        ("model.layers.0.input_layernorm.weight", [32]), ("model.layers.0.post_attention_layernorm.weight", [32]),
        ("model.layers.1.input_layernorm.weight", [32]), ("model.layers.1.post_attention_layernorm.weight", [32]),
        ("model.norm.weight", [32]),
      ],
      #""target_modules": ["q_proj"], "modules_to_save": ["norm"]"#),
    StoredCase(
      "whole feed-forwards", [.untied: 6.487929],
      queries + [
        ("model.layers.0.mlp.gate_proj.weight", [48, 32]), ("model.layers.0.mlp.up_proj.weight", [48, 32]),
        ("model.layers.0.mlp.down_proj.weight", [32, 48]), ("model.layers.1.mlp.gate_proj.weight", [48, 32]),
        ("model.layers.1.mlp.up_proj.weight", [48, 32]), ("model.layers.1.mlp.down_proj.weight", [32, 48]),
      ],
      #""target_modules": ["q_proj"], "modules_to_save": ["mlp"]"#),
    StoredCase(
      "embedding whole", [.untied: 5.209753, .tied: 5.272069],
      queries + [("model.embed_tokens.weight", [96, 32])],
      #""target_modules": ["q_proj"], "modules_to_save": ["embed_tokens"]"#),
    StoredCase(
      "embedding whole and tied", [.tied: 6.457234],
      queries + [("lm_head.weight", [96, 32]), ("model.embed_tokens.weight", [96, 32])],
      #""target_modules": ["q_proj"], "modules_to_save": ["model.embed_tokens"], "ensure_weight_tying": true"#),
    StoredCase(
      "eva", [.untied: 6.300117],
      queries,
      #""target_modules": ["q_proj"], "init_lora_weights": "eva", "eva_config": {"rho": 2.0, "tau": 0.99}"#),
    StoredCase(
      "mica", [.untied: 6.544158],
      queries + tableFactors,
      #""target_modules": ["q_proj", "embed_tokens"], "init_lora_weights": "mica""#),
    StoredCase(
      "pissa", [.untied: 6.339231],
      queries,
      #""target_modules": ["q_proj"], "init_lora_weights": "pissa""#),
    StoredCase(
      "olora", [.untied: 6.428743],
      queries,
      #""target_modules": ["q_proj"], "init_lora_weights": "olora""#),
    StoredCase(
      "rows of the embedding", [.untied: 6.064888, .tied: 5.961567],
      queries + [("model.embed_tokens.token_adapter.trainable_tokens_delta", [3, 32])],
      #""target_modules": ["q_proj"], "trainable_token_indices": [3, 60, 5]"#),
    StoredCase(
      "rows of the head", [.untied: 6.362550, .tied: 6.190845],
      queries + [("lm_head.token_adapter.trainable_tokens_delta", [2, 32])],
      #""target_modules": ["q_proj"], "trainable_token_indices": {"lm_head": [37, 5]}"#),
    StoredCase(
      "rows of both", [.untied: 5.880381, .tied: 5.781118],
      queries + [
        ("model.embed_tokens.token_adapter.trainable_tokens_delta", [2, 32]),
        ("lm_head.token_adapter.trainable_tokens_delta", [1, 32]),
      ],
      #""target_modules": ["q_proj"], "trainable_token_indices": {"embed_tokens": [37, 5], "lm_head": [74]}"#),
    StoredCase(
      "lora_bias", [.untied: 8.776345, .tied: 9.264600],
      queries + headFactors
        + ["model.layers.0.self_attn.q_proj", "model.layers.1.self_attn.q_proj"].map { ("\($0).lora_B.bias", [32]) }
        + [("lm_head.lora_B.bias", [96])],
      #""target_modules": ["q_proj", "lm_head"], "lora_bias": true"#),
    StoredCase(
      "lora_bias beside a bias", [.biased: 6.309526],
      queries + [0, 1].map { ("model.layers.\($0).self_attn.q_proj.lora_B.bias", [32]) },
      #""target_modules": ["q_proj"], "lora_bias": true"#),
    StoredCase(
      "biases of the base", [.biased: 6.145143],
      queries + [
        ("model.layers.0.self_attn.q_proj.base_layer.bias", [32]), ("model.layers.0.self_attn.k_proj.bias", [16]),
      ],
      #""target_modules": ["q_proj"], "bias": "all""#),
  ]

  /// What a configuration targets, and what a file lacks or has besides.
  private static let selections: [StoredCase] = [
    StoredCase(
      "weights of linear layers", [.untied: 5.654044],
      factors("model.layers.0.self_attn.q_proj", 32, rank: 2) + factors("model.layers.1.self_attn.q_proj", 32, rank: 2)
        + factors("model.layers.0.mlp.down_proj", 32, 48) + factors("model.layers.1.mlp.down_proj", 32, 48),
      #"""
      "target_modules": [], "target_parameters": ["q_proj.weight", "mlp.down_proj.weight"],
      "rank_pattern": {"down_proj": 3, "q_proj.weight": 2}, "alpha_pattern": {"down_proj": 9}
      """#),
    StoredCase(
      "weight of the embedding", [.untied: 6.420215, .tied: 5.671964],
      queries + factors("model.embed_tokens", 96),
      #""target_modules": ["q_proj"], "target_parameters": ["embed_tokens.weight"]"#),
    StoredCase(
      "missing layer", [.untied: 6.313557, .tied: 6.170451],
      factors("model.layers.0.self_attn.q_proj", 32) + [("model.layers.1.self_attn.q_proj.lora_A.weight", [4, 32])],
      #""target_modules": ["q_proj"]"#),
    StoredCase(
      "layer that is not targeted", [.untied: 6.300117],
      queries + factors("model.layers.0.mlp.down_proj", 32, 48),
      #""target_modules": ["q_proj"]"#),
    StoredCase(
      "excluded layer", [.untied: 6.468684],
      queries,
      #""target_modules": ["q_proj"], "exclude_modules": ["layers.0.self_attn.q_proj"]"#),
    StoredCase(
      "layers by number and pattern", [.untied: 6.468684],
      queries,
      #""target_modules": ["q_proj"], "layers_to_transform": 1, "layers_pattern": "layers""#),
    StoredCase(
      "no target_modules", [.untied: 6.052621],
      queries + factors("model.layers.0.mlp.down_proj", 32, 48) + factors("model.layers.0.self_attn.v_proj", 16)
        + factors("model.layers.1.self_attn.v_proj", 16),
      #""lora_dropout": 0.1"#),
  ]

  /// Methods besides LoRA.
  private static let otherMethods: [StoredCase] = [
    StoredCase(
      "ia3 at the head", [.untied: 4.927065, .tied: 4.761684], type: "IA3",
      [("model.layers.0.mlp.down_proj.ia3_l", [1, 48]), ("lm_head.ia3_l", [96, 1])],
      #""target_modules": ["lm_head", "layers.0.mlp.down_proj"], "feedforward_modules": ["layers.0.mlp.down_proj"]"#),
    StoredCase(
      "ia3 without feedforward_modules", [.untied: 5.924218], type: "IA3",
      [0, 1].flatMap {
        [("model.layers.\($0).mlp.down_proj.ia3_l", [1, 48]), ("model.layers.\($0).self_attn.k_proj.ia3_l", [16, 1])]
      },
      #""target_modules": ["k_proj", "down_proj"]"#),
    StoredCase(
      "ia3 by patterns", [.untied: 4.716943], type: "IA3",
      [0, 1].flatMap {
        [("model.layers.\($0).mlp.down_proj.ia3_l", [1, 48]), ("model.layers.\($0).self_attn.k_proj.ia3_l", [16, 1])]
      }
        + [("model.norm.weight", [32])],
      #"""
      "target_modules": ".*(k_proj|down_proj)", "feedforward_modules": ".*down_proj",
      "modules_to_save": ["model.norm"]
      """#),
    StoredCase(
      "prefix with a whole head", [.untied: 5.970864, .tied: 5.970864], type: "PREFIX_TUNING",
      [(".prompt_embeddings", [5, 64]), (".base_model.lm_head.weight", [96, 32])],
      #""num_virtual_tokens": 5, "modules_to_save": ["lm_head"]"#),
    StoredCase(
      "prompt with a whole head", [.untied: 6.158983, .tied: 6.158983], type: "PROMPT_TUNING",
      [(".prompt_embeddings", [5, 32]), (".base_model.lm_head.weight", [96, 32])],
      #""num_virtual_tokens": 5, "modules_to_save": ["lm_head"]"#),
  ]
}
