import Foundation

/// Text to token ids and back, as a model's `tokenizer.json` (or SentencePiece `tokenizer.model`) says.
public struct Tokenizer: Sendable {
  /// Reads `tokenizer.json`, or a SentencePiece `tokenizer.model`.
  ///
  /// - Throws: `UserError` of kind `file` that names the file and what in it is wrong or unknown.
  public init(contentsOf url: URL) throws {
    try self.init(bytes: Data(contentsOf: url), name: url.path)
  }

  /// Reads the bytes of a `tokenizer.json` or `tokenizer.model`; `name` stands in messages.
  public init(bytes: Data, name: String) throws {
    fatalError("being written")
  }

  /// The largest id plus one: a model's vocabulary must be at least this large.
  public var vocabularySize: Int { 0 }

  /// The ids of a text; `addSpecialTokens` runs the post-processor (beginning-of-text and the like).
  public func encode(_ text: String, addSpecialTokens: Bool = true) -> [Int32] { [] }

  /// The text of ids.
  public func decode(_ ids: [Int32], skipSpecialTokens: Bool = true) -> String { "" }

  /// The token of an id as it stands in the vocabulary, or nil where there is none.
  public func token(of id: Int32) -> String? { nil }

  /// The id of a token as it stands in the vocabulary or among the added tokens, or nil.
  public func id(of token: String) -> Int32? { nil }

  /// Whether an id is one of the added tokens that are marked special.
  public func isSpecial(_ id: Int32) -> Bool { false }

  /// The ids that the post-processor puts before a single text (beginning-of-text, usually none or one).
  public var prefixIDs: [Int32] { [] }

  /// The ids that the post-processor puts behind a single text (usually none).
  public var suffixIDs: [Int32] { [] }
}
