/// A token outside the model's vocabulary, which is found in a text before anything else happens.
struct AddedToken: Sendable {
  var id: Int32
  let content: String
  /// Whether it matches only if no letter, digit or other word character is next to it.
  var isSingleWord = false
  /// Whether it includes the white space before it.
  var stripsLeft = false
  /// Whether it includes the white space after it.
  var stripsRight = false
  /// Whether it is searched for in the normalized text rather than in the original.
  var isNormalized = false
  /// Whether decoding can leave it out.
  var isSpecial = false
}

/// The added tokens of a tokenizer.
struct AddedTokens: Sendable {
  let tokens: [AddedToken]
  /// The text that each token decodes to, and whether decoding can leave it out.
  ///
  /// As in tokenizers 0.23, a token that is searched for in the normalized text decodes to its normalized form (`▁<s>`).
  /// If that differs from its content, the token does not count as special.
  private let decoded: [(bytes: [UInt8], isSpecial: Bool)]
  /// Finds the tokens that are searched for before normalization.
  let raw: AddedTokenMatcher
  /// Finds the tokens that are searched for after normalization.
  let normalized: AddedTokenMatcher
  private let numbers: [Int32: Int]
  private let table: ByteStringTable

  /// - Parameter tokens: tokens with different contents and ids.
  init(_ tokens: [AddedToken], normalizer: Normalizer) {
    self.tokens = tokens
    numbers = Dictionary(tokens.enumerated().map { ($1.id, $0) }) { first, _ in first }
    var table = ByteStringTable(capacity: tokens.count)
    for token in tokens { _ = token.content.withBytes { table.insert($0) } }
    self.table = table
    decoded = tokens.map { token in
      let content = Array(token.content.utf8)
      let bytes = token.isNormalized ? normalizer.apply(content) : content
      return (bytes, token.isSpecial && bytes == content)
    }
    // As in tokenizers, a special token wins if two are the same after normalization.
    let ordered = tokens.filter(\.isSpecial) + tokens.filter { !$0.isSpecial }
    raw = AddedTokenMatcher(ordered.filter { !$0.isNormalized }.map { ($0, Array($0.content.utf8)) })
    normalized = AddedTokenMatcher(
      ordered.filter(\.isNormalized).map { ($0, normalizer.apply(Array($0.content.utf8))) })
  }

  /// The added token of an id, or nil.
  func token(of id: Int32) -> AddedToken? { numbers[id].map { tokens[$0] } }

  /// The text that an added token decodes to, and whether decoding can leave it out; nil for other ids.
  func decodedToken(of id: Int32) -> (bytes: [UInt8], isSpecial: Bool)? { numbers[id].map { decoded[$0] } }

  /// The id of an added token, or nil.
  func id(of content: String) -> Int32? { content.withBytes { table.find($0) }.map { tokens[$0].id } }

  /// The largest id plus one; 0 without tokens.
  var size: Int { (tokens.map { Int($0.id) }.max() ?? -1) + 1 }
}
