import Tokenization

/// What the data needs of a tokenizer: text to ids, and the tokens that frame a text.
///
/// Text is encoded as Hugging Face's tokenizers do: a special token's name that stands in a text becomes that token,
/// also where it stands in a record's content.
public struct TextEncoder: Sendable {
  /// Ids of a text, without tokens put before or behind it.
  public var encode: @Sendable (String) -> [Int32]
  /// The id of a token by its name, or nil.
  public var id: @Sendable (String) -> Int32?
  /// The name of a token, where it is special: one that no text is made of.
  public var specialName: @Sendable (Int32) -> String?
  /// What stands before every text: beginning-of-text, usually one token or none.
  public var prefix: [Int32]
  /// The token that ends a text, where the tokenizer has one.
  public var endOfText: Int32?
  /// All ids are smaller.
  public var vocabularySize: Int

  /// Makes an encoder of functions.
  public init(
    encode: @escaping @Sendable (String) -> [Int32], id: @escaping @Sendable (String) -> Int32?,
    specialName: @escaping @Sendable (Int32) -> String? = { _ in nil }, prefix: [Int32] = [],
    endOfText: Int32? = nil, vocabularySize: Int
  ) {
    self.encode = encode
    self.id = id
    self.specialName = specialName
    self.prefix = prefix
    self.endOfText = endOfText
    self.vocabularySize = vocabularySize
  }

  /// Uses a tokenizer.
  ///
  /// - Parameter endOfText: the token that ends a text, from the model's `tokenizer_config.json` (`eos_token`) or
  ///   `config.json` (`eos_token_id`). Where nothing says it, it is what the post-processor puts behind a text, else
  ///   the first of ``endOfTextNames`` that the tokenizer has.
  public init(_ tokenizer: Tokenizer, endOfText: Int32? = nil) {
    self.init(
      encode: { tokenizer.encode($0, addSpecialTokens: false) }, id: { tokenizer.id(of: $0) },
      specialName: { tokenizer.isSpecial($0) ? tokenizer.token(of: $0) : nil }, prefix: tokenizer.prefixIDs,
      endOfText: endOfText ?? tokenizer.suffixIDs.last
        ?? Self.endOfTextNames.lazy.compactMap { tokenizer.id(of: $0) }.first,
      vocabularySize: tokenizer.vocabularySize)
  }

  /// The usual names of the end-of-text token: Llama 2 and Mistral, GPT-2 and Qwen, Llama 3, Gemma.
  public static let endOfTextNames = ["</s>", "<|endoftext|>", "<|end_of_text|>", "<eos>"]

  /// Whether a text is exactly one token of the vocabulary, and which.
  func singleToken(_ name: String) -> Int32? {
    guard let id = id(name), encode(name) == [id] else { return nil }
    return id
  }
}
