/// What a family's configuration class in transformers 5 (`LlamaConfig` and its kin) assumes where `config.json` lacks a key,
/// and which keys it reads.
struct FamilyDefaults: Sendable {
  /// `vocab_size`.
  var vocabularySize = 32_000
  /// `hidden_size`.
  var hiddenSize = 4096
  /// `intermediate_size`.
  var feedForwardSize = 11_008
  /// `num_hidden_layers`.
  var layerCount = 32
  /// `num_attention_heads`.
  var headCount = 32
  /// `num_key_value_heads`; nil: as many as there are heads.
  var keyValueHeadCount: Int?
  /// Whether `num_key_value_heads: null` means as many as there are heads.
  var keyValueHeadCountMayBeNull = true
  /// `head_dim`; nil: the model's width divided by the number of heads, also where the key is null.
  var headWidth: Int?
  /// `max_position_embeddings`.
  var maximumPositions = 2048
  /// `rms_norm_eps`.
  var normEpsilon = 1e-6
  /// `bos_token_id`.
  var beginningOfTextID: Int32?
  /// `eos_token_id`.
  var endOfTextID: Int32?
  /// Whether `attention_bias` is read.
  var readsAttentionBias = true
  /// Whether `mlp_bias` is read.
  var readsFeedForwardBias = false

  /// The keys without which no model is described, and what is assumed in their place.
  var sizes: [(key: String, value: Int)] {
    [
      ("vocab_size", vocabularySize), ("hidden_size", hiddenSize), ("intermediate_size", feedForwardSize),
      ("num_hidden_layers", layerCount), ("num_attention_heads", headCount),
    ]
  }
}
