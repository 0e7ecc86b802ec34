extension ModelFiles {
  /// Where the same tokens mean other texts to another model; nil where they mean the same.
  public func difference(toVocabularyOf other: ModelFiles) -> String? {
    let (own, theirs) = (configuration.vocabularySize, other.configuration.vocabularySize)
    guard own == theirs else { return "it has \(theirs) tokens, the model \(own)" }
    guard let tokenizer, let another = other.tokenizer else { return nil }
    for id in 0..<Int32(clamping: own) where tokenizer.token(of: id) != another.token(of: id) {
      let names = [tokenizer, another].map { $0.token(of: id).map { "'\($0)'" } ?? "nothing" }
      return "token \(id) is \(names[1]) to it and \(names[0]) to the model"
    }
    return nil
  }
}
