import Tokenization

/// What data loading needs from a tokenizer: encoding text, and the tokens that frame a text.
///
/// It encodes text as Hugging Face's tokenizers do: the name of a special token in a text becomes that token, even
/// within a record's content.
public struct TextEncoder: Sendable {
  /// Returns the ids of a text, without any tokens before or after it.
  public var encode: @Sendable (String) -> [Int32]
  /// Returns the id of a token by its name, or nil.
  public var id: @Sendable (String) -> Int32?
  /// Returns the name of a special token, or nil for a token of ordinary text.
  public var specialName: @Sendable (Int32) -> String?
  /// The tokens before every text: beginning-of-text, usually one token or none.
  public var prefix: [Int32]
  /// The token that ends a text, if the tokenizer has one.
  public var endOfText: Int32?
  /// The size of the vocabulary; all ids are smaller.
  public var vocabularySize: Int
  /// Whether the first word of a text has other tokens than the same word within a text, as with SentencePiece, which
  /// puts `▁` before every text.
  let marksBeginnings: Bool
  private let lineBreak: [Int32]
  private let specialTokens: SpecialTokenSearch

  /// Creates an encoder from functions.
  ///
  /// - Parameter specialNames: the names of all special tokens.
  public init(
    encode: @escaping @Sendable (String) -> [Int32], id: @escaping @Sendable (String) -> Int32?,
    specialName: @escaping @Sendable (Int32) -> String? = { _ in nil }, specialNames: [String] = [],
    prefix: [Int32] = [], endOfText: Int32? = nil, vocabularySize: Int
  ) {
    self.encode = encode
    self.id = id
    self.specialName = specialName
    self.prefix = prefix
    self.endOfText = endOfText
    self.vocabularySize = vocabularySize
    specialTokens = SpecialTokenSearch(specialNames)
    lineBreak = encode("\n")
    marksBeginnings = encode("\na") != lineBreak + encode("a")
  }

  /// Creates an encoder from a tokenizer.
  ///
  /// - Parameter endOfText: the token that ends a text, from the model's `tokenizer_config.json` (`eos_token`) or
  ///   `config.json` (`eos_token_id`). By default it is the token that the post-processor adds after a text, otherwise
  ///   the first of ``endOfTextNames`` that the tokenizer has.
  public init(_ tokenizer: Tokenizer, endOfText: Int32? = nil) {
    let specialName: @Sendable (Int32) -> String? = { tokenizer.isSpecial($0) ? tokenizer.token(of: $0) : nil }
    self.init(
      encode: { tokenizer.encode($0, addSpecialTokens: false) }, id: { tokenizer.id(of: $0) }, specialName: specialName,
      specialNames: (0..<Int32(tokenizer.vocabularySize)).compactMap(specialName), prefix: tokenizer.prefixIDs,
      endOfText: endOfText ?? tokenizer.suffixIDs.last
        ?? Self.endOfTextNames.lazy.compactMap { tokenizer.id(of: $0) }.first,
      vocabularySize: tokenizer.vocabularySize)
  }

  /// The usual names of the end-of-text token: Llama 2 and Mistral, GPT-2 and Qwen, Llama 3, Gemma.
  public static let endOfTextNames = ["</s>", "<|endoftext|>", "<|end_of_text|>", "<eos>"]

  /// The tokens of a text that continues another one: without the `▁` that SentencePiece puts before a text.
  func encodeContinuation(_ text: String) -> [Int32] {
    if !marksBeginnings { return encode(text) }
    let continued = encode("\n" + text)
    return continued.starts(with: lineBreak) ? Array(continued.dropFirst(lineBreak.count)) : encode(text)
  }

  /// The name of the first special token whose name is in a text, or nil: the text is tokenized to that token.
  func specialToken(in text: String) -> String? { specialTokens.first(in: text) }

  /// Whether a text begins with the tokens that begin every text.
  public func begins(_ text: String) -> Bool {
    let names = prefix.compactMap(specialName)
    return !prefix.isEmpty && names.count == prefix.count && text.utf8.starts(with: names.joined().utf8)
  }

  /// Whether a text ends with the end-of-text token, white space aside.
  func ends(_ text: String) -> Bool {
    guard let name = endOfText.flatMap(specialName) else { return false }
    return text.strippingWhitespace().utf8.reversed().starts(with: name.utf8.reversed())
  }

  /// The tokens of a text with those that begin and end it, each once, whether or not the text itself contains them.
  public func framed(_ text: String, isEnded: Bool) -> [Int32] {
    let end = isEnded && !ends(text) ? [endOfText].compactMap { $0 } : []
    return (begins(text) ? [] : prefix) + encode(text) + end
  }

  /// The id of a text that is exactly one token of the vocabulary, or nil.
  func singleToken(_ name: String) -> Int32? {
    guard let id = id(name), encode(name) == [id] else { return nil }
    return id
  }
}
