/// What can be found in data, in the order in which it is reported.
public enum FindingKind: String, Sendable, CaseIterable {
  /// A record that can't be read, or that the recipe's template can't write.
  case unreadable
  /// A held-out record that is in the training set, word for word.
  case leak
  /// A held-out record that is in the training set with small edits.
  case nearLeak = "near-leak"
  /// A held-out record that shares a run of 13 words with a training record.
  case overlap
  /// A held-out record whose prompt is in the training set with another answer.
  case sharedPrompt = "shared-prompt"
  /// Training records that are equal.
  case duplicate
  /// Training records that differ little.
  case nearDuplicate = "near-duplicate"
  /// Training records with the same prompt and different answers.
  case conflict
  /// An answer without text.
  case emptyAnswer = "empty-answer"
  /// An answer of one token.
  case oneTokenAnswer = "one-token-answer"
  /// A record that the recipe's `max_length` cuts, drops or refuses.
  case tooLong = "too-long"
  /// An answer that ends in the middle.
  case cutOff = "cut-off"
  /// Debris of a wrong encoding: replacement and control characters, UTF-8 read as Latin-1.
  case encoding
  /// Characters written for HTML or JSON that nobody decoded.
  case escapes
  /// A record in another script than nearly all others.
  case script
  /// A record in another language than nearly all others.
  case language
  /// An answer much shorter or longer than others.
  case length
  /// An answer that the model finds no likelier behind its prompt than behind another record's.
  case unlikelyAnswer = "unlikely-answer"

  /// How much it matters.
  public var severity: Severity {
    switch self {
    case .unreadable, .leak, .nearLeak, .emptyAnswer: .error
    case .overlap, .duplicate, .nearDuplicate, .conflict, .tooLong, .cutOff, .encoding, .script, .language,
      .unlikelyAnswer:
      .warning
    case .sharedPrompt, .oneTokenAnswer, .escapes, .length: .note
    }
  }

  /// Whether a clean set leaves the records out unless something else is said.
  public var isDropped: Bool {
    switch self {
    case .unreadable, .leak, .nearLeak, .duplicate, .nearDuplicate, .emptyAnswer, .encoding: true
    case .overlap, .sharedPrompt, .conflict, .oneTokenAnswer, .tooLong, .cutOff, .escapes, .script, .language,
      .length, .unlikelyAnswer:
      false
    }
  }

  /// What it is, for people.
  public var title: String {
    switch self {
    case .unreadable: "cannot be read"
    case .leak: "held-out records that are in the training set, word for word"
    case .nearLeak: "held-out records that are in the training set with small edits"
    case .overlap: "held-out records that share 13 words in a row with a training record"
    case .sharedPrompt: "held-out prompts that are in the training set with another answer"
    case .duplicate: "training records that are equal"
    case .nearDuplicate: "training records that differ little"
    case .conflict: "the same prompt with different answers"
    case .emptyAnswer: "empty answers"
    case .oneTokenAnswer: "answers of one token"
    case .tooLong: "longer than data.max_length"
    case .cutOff: "answers that end in the middle"
    case .encoding: "debris of a wrong encoding"
    case .escapes: "HTML entities or JSON escapes that nobody decoded"
    case .script: "another script than nearly all records"
    case .language: "another language than nearly all records"
    case .length: "answers of a length far from the others'"
    case .unlikelyAnswer: "answers that fit their prompt least, in the model's eyes"
    }
  }
}

/// How much a finding matters.
public enum Severity: String, Sendable, CaseIterable {
  /// It spoils training or evaluation.
  case error
  /// It is probably wrong: to be looked at.
  case warning
  /// It is worth knowing.
  case note
}
