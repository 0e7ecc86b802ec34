import Foundation

/// A Llama of about 7,000 weights with a byte tokenizer, as the files of a Hugging Face folder.
struct TinyModel {
  /// `config.json`.
  var configuration: [String: Any] = [
    "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 16, "intermediate_size": 32,
    "num_hidden_layers": 1, "num_attention_heads": 2, "num_key_value_heads": 1, "rms_norm_eps": 1e-5,
    "vocab_size": 259, "max_position_embeddings": 256, "tie_word_embeddings": true, "eos_token_id": 256,
    "torch_dtype": "float32",
  ]

  /// The names and shapes of the tensors in `model.safetensors`, in order.
  var tensors: [(name: String, shape: [Int])] = [
    ("model.embed_tokens.weight", [259, 16]), ("model.layers.0.input_layernorm.weight", [16]),
    ("model.layers.0.mlp.down_proj.weight", [16, 32]), ("model.layers.0.mlp.gate_proj.weight", [32, 16]),
    ("model.layers.0.mlp.up_proj.weight", [32, 16]), ("model.layers.0.post_attention_layernorm.weight", [16]),
    ("model.layers.0.self_attn.k_proj.weight", [8, 16]), ("model.layers.0.self_attn.o_proj.weight", [16, 16]),
    ("model.layers.0.self_attn.q_proj.weight", [16, 16]), ("model.layers.0.self_attn.v_proj.weight", [8, 16]),
    ("model.norm.weight", [16]),
  ]

  /// The tokens that the tokenizer has besides the bytes.
  var specialTokens = ["</s>", "<|im_start|>", "<|im_end|>"]

  /// Writes the folder.
  func write(to path: String) throws {
    let folder = URL(fileURLWithPath: path)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try JSONSerialization.data(withJSONObject: configuration).write(to: folder.appendingPathComponent("config.json"))
    try JSONSerialization.data(withJSONObject: tokenizer).write(to: folder.appendingPathComponent("tokenizer.json"))
    try safetensors.write(to: folder.appendingPathComponent("model.safetensors"))
  }

  /// The bytes of `model.safetensors`: the header's length, the header, the values.
  var safetensors: Data {
    var header: [String: Any] = [:]
    var values = Data()
    for (index, tensor) in tensors.enumerated() {
      let count = tensor.shape.reduce(1, *)
      header[tensor.name] = [
        "dtype": "F32", "shape": tensor.shape, "data_offsets": [values.count, values.count + 4 * count],
      ]
      let isNorm = tensor.name.hasSuffix("norm.weight")
      for position in 0..<count {
        let value: Float = isNorm ? 1 : 0.1 * sin(Float(position * 7 + index * 131))
        withUnsafeBytes(of: value.bitPattern.littleEndian) { values.append(contentsOf: $0) }
      }
    }
    return Self.safetensors(header: header, values: values)
  }

  /// The bytes of a safetensors file with any header.
  static func safetensors(header: [String: Any], values: Data) -> Data {
    let text = (try? JSONSerialization.data(withJSONObject: header, options: .sortedKeys)) ?? Data()
    return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Data($0) } + text + values
  }

  /// `tokenizer.json`: byte-level BPE without merges.
  private var tokenizer: [String: Any] {
    var vocabulary: [String: Int] = [:]
    var next: UInt32 = 256
    for byte in UInt32(0)..<256 {
      // GPT-2's `bytes_to_unicode`: printable characters represent themselves.
      let prints = 33...126 ~= byte || 161...172 ~= byte || 174...255 ~= byte
      vocabulary[Unicode.Scalar(prints ? byte : next).map { String($0) } ?? ""] = Int(byte)
      if !prints { next += 1 }
    }
    let added = specialTokens.enumerated().map { index, token in
      [
        "id": 256 + index, "content": token, "single_word": false, "lstrip": false, "rstrip": false,
        "normalized": false, "special": true,
      ] as [String: Any]
    }
    let byteLevel: [String: Any] = [
      "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true,
    ]
    return [
      "version": "1.0", "added_tokens": added, "normalizer": NSNull(), "pre_tokenizer": byteLevel,
      "post_processor": NSNull(), "decoder": byteLevel,
      "model": ["type": "BPE", "vocab": vocabulary, "merges": [String]()] as [String: Any],
    ]
  }
}
