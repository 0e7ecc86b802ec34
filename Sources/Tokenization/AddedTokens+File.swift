extension AddedTokens {
  /// Reads the key `added_tokens` of a `tokenizer.json`.
  ///
  /// The ids of the file count. Where tokenizers would silently give a token another id (because the model's vocabulary
  /// says otherwise, or two tokens share one), the file is refused.
  init(_ sections: [FileSection], vocabulary: Vocabulary, normalizer: Normalizer) throws {
    var contents = ByteStringTable(capacity: sections.count)
    var ids: Set<Int32> = []
    let tokens = try sections.map { section in
      let token = try AddedToken(section)
      guard token.content.withBytes({ contents.insert($0) }) != nil else {
        throw section.error("the token '\(token.content)' was added before.")
      }
      guard ids.insert(token.id).inserted else { throw section.error("the id \(token.id) was added before.") }
      if let id = vocabulary.id(of: token.content), id != token.id {
        throw section.error("'\(token.content)' has the id \(token.id) here, but \(id) in the model's vocabulary.")
      }
      if let other = vocabulary.token(of: token.id), !other.utf8.elementsEqual(token.content.utf8) {
        throw section.error("the id \(token.id) of '\(token.content)' is that of '\(other)' in the model's vocabulary.")
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
      throw section.error(at: "content", "\(content.utf8.count) bytes long; expected between 1 and 1024.")
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
