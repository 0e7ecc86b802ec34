import Foundation

/// A tiny Llama as the files of a Hugging Face folder.
enum ValidModel {
  /// Configurations that together contain every key that is read from a `config.json`.
  static let configurations = [
    """
    {"architectures":["LlamaForCausalLM"],"model_type":"llama","hidden_size":8,"intermediate_size":12,
     "num_hidden_layers":1,"num_attention_heads":2,"num_key_value_heads":1,"head_dim":4,"rms_norm_eps":1e-5,
     "vocab_size":20,"max_position_embeddings":64,"tie_word_embeddings":true,"bos_token_id":1,"eos_token_id":[2,3],
     "attention_bias":false,"mlp_bias":false,"hidden_act":"silu","initializer_range":0.02,"torch_dtype":"float32",
     "rope_theta":500000.0,"rope_scaling":{"rope_type":"llama3","factor":8.0,"low_freq_factor":1.0,
     "high_freq_factor":4.0,"original_max_position_embeddings":8192}}
    """,
    """
    {"model_type":"mistral","hidden_size":8,"intermediate_size":12,"num_hidden_layers":1,"num_attention_heads":2,
     "num_key_value_heads":1,"head_dim":4,"vocab_size":20,"sliding_window":4096,"tie_word_embeddings":true,
     "rope_parameters":{"rope_type":"linear","factor":2.0,"rope_theta":10000.0},"attention_dropout":0.0}
    """,
    """
    {"model_type":"llama","hidden_size":8,"intermediate_size":12,"num_hidden_layers":1,"num_attention_heads":2,
     "num_key_value_heads":1,"vocab_size":20,"tie_word_embeddings":true,"rope_scaling":{"type":"linear",
     "factor":4.0},"max_position_embeddings":8192,
     "layer_types":["full_attention"],"use_sliding_window":false,"sliding_window":null,"partial_rotary_factor":1.0}
    """,
  ].map { Array($0.utf8) }

  private static let tensors: [(name: String, shape: [Int])] = [
    ("model.embed_tokens.weight", [20, 8]), ("model.layers.0.input_layernorm.weight", [8]),
    ("model.layers.0.mlp.down_proj.weight", [8, 12]), ("model.layers.0.mlp.gate_proj.weight", [12, 8]),
    ("model.layers.0.mlp.up_proj.weight", [12, 8]), ("model.layers.0.post_attention_layernorm.weight", [8]),
    ("model.layers.0.self_attn.k_proj.weight", [4, 8]), ("model.layers.0.self_attn.o_proj.weight", [8, 8]),
    ("model.layers.0.self_attn.q_proj.weight", [8, 8]), ("model.layers.0.self_attn.v_proj.weight", [4, 8]),
    ("model.norm.weight", [8]),
  ]

  /// The header of ``safetensors``.
  static let header: [UInt8] = {
    var offset = 0
    let entries = tensors.map { name, shape in
      let start = offset
      offset += 4 * shape.reduce(1, *)
      return #""\#(name)":{"dtype":"F32","shape":\#(shape),"data_offsets":[\#(start),\#(offset)]}"#
    }
    return Array(#"{"__metadata__":{"format":"pt"},\#(entries.joined(separator: ","))}"#.utf8)
  }()

  /// The values after the header.
  static let values = [UInt8](repeating: 0, count: 4 * tensors.reduce(0) { $0 + $1.shape.reduce(1, *) })

  /// `model.safetensors` with any header, preceded by its correct length.
  static func safetensors(header: [UInt8] = header) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) } + header + values
  }

  /// `model.safetensors.index.json` for weights in `a.safetensors`.
  static let index: [UInt8] = {
    let entries = tensors.map { #""\#($0.name)":"a.safetensors""# }.joined(separator: ",")
    return Array(#"{"metadata":{"total_size":\#(values.count)},"weight_map":{\#(entries)}}"#.utf8)
  }()
}
