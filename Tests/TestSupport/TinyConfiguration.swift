import StrictJSON

/// The `config.json` of a tiny model, with keys added, replaced, or (null) as if left out.
public func tinyConfiguration(_ changes: [String: JSONValue] = [:]) -> JSONValue {
  let keys: [String: JSONValue] = [
    "model_type": "llama", "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 2,
    "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 32, "max_position_embeddings": 64,
    "rms_norm_eps": 1e-5, "tie_word_embeddings": false, "bos_token_id": 1, "eos_token_id": 2,
    "initializer_range": 0.2,
  ]
  let members = keys.merging(changes) { $1 }.sorted { $0.key < $1.key }
  return JSONValue.members(members.map { (key: $0.key, value: $0.value) })
}
