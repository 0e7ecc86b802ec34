/// The kinds of findings, in the order in which they are reported.
public enum FindingKind: String, Sendable, CaseIterable {
  /// A record that cannot be read, or that the recipe's template cannot write.
  case unreadable
  /// A record of which the rendered text does not show everything.
  case lostPart = "lost-part"
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
  /// Training records that differ only a little.
  case nearDuplicate = "near-duplicate"
  /// Training records with the same prompt and different answers.
  case conflict
  /// An answer without text.
  case emptyAnswer = "empty-answer"
  /// An answer of one token.
  case oneTokenAnswer = "one-token-answer"
  /// A record that the recipe's `max_length` truncates, drops or rejects.
  case tooLong = "too-long"
  /// An answer that ends in the middle of a sentence.
  case cutOff = "cut-off"
  /// Signs of a wrong encoding: replacement and control characters, UTF-8 read as Latin-1.
  case encoding
  /// Undecoded HTML entities or JSON escapes.
  case escapes
  /// A record in a different script from nearly all others.
  case script
  /// A record in a different language from nearly all others.
  case language
  /// An answer much shorter or longer than others.
  case length
  /// A message that contains the name of a special token.
  case specialToken = "special-token"
  /// A text that itself begins or ends with the token that begins or ends every text.
  case framedText = "framed-text"
  /// An answer that no token ends.
  case openEnd = "open-end"
  /// An empty message in the middle of a conversation.
  case emptyTurn = "empty-turn"
  /// Null in a tool or in the arguments of a call.
  case nestedNull = "nested-null"
  /// Arguments of a call as JSON in a string, which the template writes in quotes and with escapes.
  case quotedArguments = "quoted-arguments"
  /// A variable for the template that it does not read.
  case unreadOption = "unread-option"
  /// Judged answers that all have the same judgement.
  case oneLabel = "one-label"
  /// A key of records or messages that nothing reads.
  case unreadKey = "unread-key"
  /// An answer that the model finds no more likely after its own prompt than after another record's.
  case unlikelyAnswer = "unlikely-answer"

  /// How serious it is.
  public var severity: Severity {
    switch self {
    case .unreadable, .lostPart, .leak, .nearLeak, .emptyAnswer: .error
    case .overlap, .duplicate, .nearDuplicate, .conflict, .tooLong, .cutOff, .encoding, .script, .language,
      .openEnd, .emptyTurn, .quotedArguments, .unreadOption, .oneLabel, .unlikelyAnswer:
      .warning
    case .sharedPrompt, .oneTokenAnswer, .escapes, .length, .specialToken, .framedText, .nestedNull, .unreadKey:
      .note
    }
  }

  /// Whether a clean set leaves out such records by default.
  public var isDropped: Bool {
    switch self {
    case .unreadable, .lostPart, .leak, .nearLeak, .duplicate, .nearDuplicate, .emptyAnswer, .encoding: true
    case .overlap, .sharedPrompt, .conflict, .oneTokenAnswer, .tooLong, .cutOff, .escapes, .script, .language,
      .length, .specialToken, .framedText, .openEnd, .emptyTurn, .nestedNull, .quotedArguments, .unreadOption,
      .oneLabel, .unreadKey, .unlikelyAnswer:
      false
    }
  }

  /// A title for people.
  public var title: String {
    switch self {
    case .unreadable: "cannot be read"
    case .lostPart: "the template does not show everything that the record says"
    case .leak: "held-out records that are in the training set, word for word"
    case .nearLeak: "held-out records that are in the training set with small edits"
    case .overlap: "held-out records that share 13 words in a row with a training record"
    case .sharedPrompt: "held-out prompts that are in the training set with another answer"
    case .duplicate: "training records that are equal"
    case .nearDuplicate: "training records that differ only a little"
    case .conflict: "the same prompt with different answers"
    case .emptyAnswer: "empty answers"
    case .oneTokenAnswer: "answers of one token"
    case .tooLong: "longer than data.max_length"
    case .cutOff: "answers that are cut off"
    case .encoding: "signs of a wrong encoding"
    case .escapes: "undecoded HTML entities or JSON escapes"
    case .script: "a different script from nearly all other records"
    case .language: "a different language from nearly all other records"
    case .length: "answers of unusual length"
    case .specialToken: "messages that contain the name of a special token"
    case .framedText: "texts that bring the token that begins or ends every text"
    case .openEnd: "answers that no token ends"
    case .emptyTurn: "empty messages in the middle of a conversation"
    case .nestedNull: "null in tools or in the arguments of calls"
    case .quotedArguments: "arguments of calls that the template writes as a quoted string"
    case .unreadOption: "variables that the template does not read"
    case .oneLabel: "judgements that are all the same"
    case .unreadKey: "keys that nothing reads"
    case .unlikelyAnswer: "answers that fit their prompts least, according to the model"
    }
  }
}

/// How serious a finding is.
public enum Severity: String, Sendable, CaseIterable {
  /// It spoils training or evaluation.
  case error
  /// It is probably wrong and needs a look.
  case warning
  /// It is worth knowing.
  case note
}
