import Diagnostics
import StrictJSON

extension WordPieceModel {
  /// Reads the key `model` of a `tokenizer.json`, of the type `WordPiece` or `WordLevel`.
  ///
  /// - Throws: `UserError` of kind `file`.
  convenience init(_ section: FileSection, splits: Bool) throws {
    if splits {
      try section.allowOnly("type", "unk_token", "continuing_subword_prefix", "max_input_chars_per_word", "vocab")
    } else {
      try section.allowOnly("type", "unk_token", "vocab")
    }
    let vocabulary = try Vocabulary(section)
    let token = try section.optionalString("unk_token") ?? (splits ? "[UNK]" : "<unk>")
    guard let unknown = vocabulary.id(of: token) else {
      throw section.error(at: "unk_token", "'\(token)' is not in the vocabulary.")
    }
    self.init(
      vocabulary: vocabulary, unknown: unknown,
      prefix: splits ? Array((try section.optionalString("continuing_subword_prefix") ?? "##").utf8) : nil,
      longestWord: try section.count("max_input_chars_per_word", default: 100))
  }
}
