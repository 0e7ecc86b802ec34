extension AddedTokens {
  /// Reads the key `added_tokens` of a `tokenizer.json`.
  ///
  /// The ids in the file are binding. If tokenizers would silently give a token another id (because the model's vocabulary
  /// has a different one, or because two tokens share an id), the file is refused.
  ///
  /// - Throws: `UserError` of kind `file`.
  init(_ sections: [FileSection], vocabulary: Vocabulary, normalizer: Normalizer) throws {
    var contents = ByteStringTable(capacity: sections.count)
    var ids: Set<Int32> = []
    let tokens = try sections.map { section in
      let token = try AddedToken(section)
      guard token.content.withBytes({ contents.insert($0) }) != nil else {
        throw section.error("the token '\(token.content)' occurs twice; each token needs its own entry.")
      }
      guard ids.insert(token.id).inserted else {
        throw section.error("the id \(token.id) occurs twice; expected a different id for each token.")
      }
      if let id = vocabulary.id(of: token.content), id != token.id {
        throw section.error("'\(token.content)' has the id \(token.id) here, but \(id) in the model's vocabulary.")
      }
      if let other = vocabulary.token(of: token.id), !other.utf8.elementsEqual(token.content.utf8) {
        throw section.error(
          "'\(token.content)' has the id \(token.id), but in the model's vocabulary that is the id of '\(other)'.")
      }
      return token
    }
    self.init(tokens, normalizer: normalizer)
  }
}

extension AddedToken {
  fileprivate init(_ section: FileSection) throws {
    try section.allowOnly("id", "content", "single_word", "lstrip", "rstrip", "normalized", "special")
    let id = try section.count("id")
    guard id < Vocabulary.idLimit else {
      throw section.error(at: "id", "\(id) is out of range; expected 0 to \(Vocabulary.idLimit - 1).")
    }
    let content = try section.string("content")
    guard 1...1024 ~= content.utf8.count else {
      throw section.error(at: "content", "is \(content.utf8.count) bytes long; expected 1 to 1024.")
    }
    let isSpecial = try section.bool("special", default: false)
    self.init(
      id: Int32(id), content: content,
      isSingleWord: try section.bool("single_word", default: false),
      stripsLeft: try section.bool("lstrip", default: false),
      stripsRight: try section.bool("rstrip", default: false),
      isNormalized: try section.bool("normalized", default: !isSpecial),
      isSpecial: isSpecial)
  }
}
