import LanguageModels
import StrictJSON

/// Learned positions in front of every sequence, PEFT's virtual tokens: what prefix and prompt tuning share.
enum VirtualTokens {
  /// The name of the learned rows in PEFT's files, `[P, …]`.
  static let tensorName = "prompt_embeddings"

  /// The keys of `adapter_config.json` that describe them.
  static let fileKeys = [
    "num_virtual_tokens", "token_dim", "num_attention_heads", "num_layers", "num_transformer_submodules",
    "init_weights", "modules_to_save",
  ]
  /// What the names of the model's own tensors start with in PEFT's files.
  static let namePrefix = "base_model."

  /// Reads a dimension that a file may name; PEFT takes the model's where it does not.
  ///
  /// - Throws: `UserError` of kind `file`; also for rows of an encoder and a decoder.
  static func dimension(_ key: String, _ file: AdapterReader) throws -> Int? {
    if file.has("num_transformer_submodules"), try file.positive("num_transformer_submodules") != 1 {
      throw file.wrong("num_transformer_submodules", "1, as for every decoder")
    }
    return file.has(key) ? try file.positive(key) : nil
  }

  /// Refuses a dimension that is not the model's.
  ///
  /// - Throws: ``AdapterProblem``.
  static func check(_ key: String, _ found: Int?, is expected: Int) throws {
    guard let found, found != expected else { return }
    throw AdapterProblem(key, "\(found) is not the model's, which is \(expected)")
  }

  /// The members of `adapter_config.json` that describe them.
  ///
  /// - Parameters:
  ///   - width: the width of a row in one layer.
  ///   - heads: the heads that the row is divided into.
  static func fileMembers(
    _ length: Int, width: Int, heads: Int, _ model: DecoderConfiguration
  ) -> [(key: String, value: JSONValue)] {
    [
      ("num_virtual_tokens", .integer(length)), ("token_dim", .integer(width)),
      ("num_attention_heads", .integer(heads)), ("num_layers", .integer(model.layerCount)),
      ("num_transformer_submodules", 1),
    ]
  }

  /// Whether they leave room for text.
  static func problems(_ length: Int, for model: DecoderConfiguration) -> [AdapterProblem] {
    guard length >= model.maximumPositions else { return [] }
    return [
      AdapterProblem(
        "length",
        "\(length) positions leave no room for text: the model's max_position_embeddings is \(model.maximumPositions)")
    ]
  }
}
