import Diagnostics
import Tokenization

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

extension Tokenizer {
  /// What is worth knowing about tokens that a model has no embedding for; nil where it has one for each.
  ///
  /// A few of them harm nobody as long as no text contains them, such as a token for padding: records that contain one
  /// are refused one by one.
  ///
  /// - Throws: `UserError` of kind `file` where so many words lack one that the tokenizer must be another model's.
  func noteOnTokens(beyond vocabularySize: Int, place: String) throws -> String? {
    guard self.vocabularySize > vocabularySize else { return nil }
    let beyond = (Int32(clamping: vocabularySize)..<Int32(clamping: self.vocabularySize)).filter {
      token(of: $0) != nil
    }
    if beyond.isEmpty { return nil }
    let words = beyond.filter { !isAdded($0) }
    let names = beyond.prefix(3).map { "'\(token(of: $0) ?? "")' (\($0))" }.joined(separator: ", ")
    let more = beyond.count > 3 ? " and \(beyond.count - 3) more" : ""
    guard words.count <= vocabularySize / 8 else {
      throw UserError.file(
        "\(place): the tokenizer has \(self.vocabularySize) tokens, the model's vocab_size is \(vocabularySize): "
          + "\(names)\(more) have no embedding; expected the model's own tokenizer")
    }
    return "the tokenizer's \(names)\(more) \(beyond.count == 1 ? "is" : "are") beyond the model's vocab_size of "
      + "\(vocabularySize) and \(beyond.count == 1 ? "has" : "have") no embedding; a text that contains "
      + "\(beyond.count == 1 ? "it" : "one") is refused"
  }
}
