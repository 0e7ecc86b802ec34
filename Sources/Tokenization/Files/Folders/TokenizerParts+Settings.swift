import Diagnostics

extension TokenizerParts {
  /// The largest id plus one.
  var size: Int { max(model.vocabulary.size, addedTokens.size) }

  /// Adds the tokens that the files beside a tokenizer name and that it lacks, with the ids that transformers gives them.
  ///
  /// - Parameter renames: whether a token takes the place of the one that has its id, as in SentencePiece models, where
  ///   it is a placeholder.
  /// - Throws: `UserError` of kind `file` for an id that is not the next one.
  mutating func add(_ settings: TokenizerSettings, of files: TokenizerFiles, renames: Bool = false) throws {
    var tokens = addedTokens.tokens
    var known = Set(tokens.map(\.content))
    var taken = Set(tokens.map(\.id))
    var size = size
    func normalized(_ token: AddedToken) -> AddedToken {
      var token = token
      // SentencePiece's normalization, which writes a space as ▁, is not meant for tokens.
      if renames { token.isNormalized = false }
      return token
    }
    for (token, id) in settings.declared where !known.contains(token.content) {
      var token = normalized(token)
      let inVocabulary = model.vocabulary.id(of: token.content)
      let isPlaceholder = renames && id < model.vocabulary.size && !taken.contains(Int32(id))
      guard inVocabulary != nil || id == size || isPlaceholder else {
        throw UserError.file(
          "\(files.path(of: settings.declaringFile)): gives '\(token.content)' the id \(id), "
            + (id < size
              ? "which is that of '\(self.token(of: id) ?? "another token")'" : "but the next free one is \(size)")
            + "; correct the ids, or add the token to \(files.tokenizer ?? "the tokenizer").")
      }
      token.id = inVocabulary ?? Int32(id)
      tokens.append(token)
      known.insert(token.content)
      taken.insert(token.id)
      size = max(size, Int(token.id) + 1)
    }
    for token in settings.specialTokens where known.insert(token.content).inserted {
      var token = normalized(token)
      token.id = model.vocabulary.id(of: token.content) ?? Int32(size)
      guard !taken.contains(token.id) else { continue }
      tokens.append(token)
      taken.insert(token.id)
      size = max(size, Int(token.id) + 1)
    }
    guard tokens.count > addedTokens.tokens.count else { return }
    addedTokens = AddedTokens(tokens, normalizer: renames ? Normalizer() : normalizer)
  }

  private func token(of id: Int) -> String? {
    addedTokens.token(of: Int32(id))?.content ?? model.vocabulary.token(of: Int32(id))
  }

  /// Puts the special tokens around a text that the settings ask for.
  mutating func frame(by settings: TokenizerSettings) {
    func id(_ role: String) -> Int32? {
      settings.named[role].flatMap { addedTokens.id(of: $0.content) ?? model.vocabulary.id(of: $0.content) }
    }
    if settings.addsBeginning == false { postProcessor.prefix = [] }
    if settings.addsBeginning == true, let beginning = id("bos_token") { postProcessor.prefix = [beginning] }
    if settings.addsEnd == true, let end = id("eos_token") { postProcessor.suffix = [end] }
  }
}
