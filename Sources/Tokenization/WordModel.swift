/// Encodes words.
protocol WordEncoding {
  /// Appends the ids of a word.
  func encode(_ word: Bytes, _ state: inout EncodingState, into ids: inout [Int32])
}

extension BytePairModel: WordEncoding {}
extension UnigramModel: WordEncoding {}
extension WordPieceModel: WordEncoding {}

/// The model that turns a word into tokens.
enum WordModel: Sendable {
  case bytePairs(BytePairModel)
  case unigram(UnigramModel)
  case wordPieces(WordPieceModel)

  var vocabulary: Vocabulary {
    switch self {
    case .bytePairs(let model): model.vocabulary
    case .unigram(let model): model.vocabulary
    case .wordPieces(let model): model.vocabulary
    }
  }

  /// Whether it encodes the bytes of a word, rather than their characters in ``ByteLevelAlphabet``.
  var encodesBytes: Bool {
    guard case .bytePairs(let model) = self, case .bytes = model.symbols else { return false }
    return true
  }

  static let knownTypes = ["BPE", "Unigram", "WordPiece", "WordLevel"]

  /// Reads the key `model` of a `tokenizer.json`.
  ///
  /// - Throws: `UserError` of kind `file`.
  init(_ section: FileSection, isByteLevel: Bool) throws {
    // Older files name no type: the keys show what it is, as in tokenizers.
    let type =
      section.has("type")
      ? try section.type(knownTypes: Self.knownTypes)
      : section.has("merges")
        ? "BPE"
        : section.has("unk_id") ? "Unigram" : section.has("max_input_chars_per_word") ? "WordPiece" : "WordLevel"
    switch type {
    case "BPE": self = .bytePairs(try BytePairModel(section, isByteLevel: isByteLevel))
    case "Unigram": self = .unigram(try UnigramModel(section))
    default: self = .wordPieces(try WordPieceModel(section, splits: type == "WordPiece"))
    }
  }
}
