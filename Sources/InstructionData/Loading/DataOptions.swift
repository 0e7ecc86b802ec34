/// What a record is read for: the objective decides which forms of a record are valid.
public enum RecordPurpose: String, Sendable, CaseIterable {
  /// An answer to learn (`sft`).
  case demonstration
  /// A better and a worse answer (`dpo` and its relatives).
  case preference
  /// A desirable or undesirable answer, or a pair (`kto`).
  case judgement
}

/// Which tokens are trained on: the recipe's `data.train_on`.
public enum TrainOn: String, Sendable, CaseIterable {
  /// The assistant's messages and the token that ends each.
  case completion
  /// Every token except the first, which nothing predicts, and except answers that the record marks as not learned.
  case all
  /// The last of the assistant's messages and the token that ends it.
  case last
}

/// What happens to an example longer than `data.max_length`: the recipe's `data.length_policy`.
///
/// A record without any trained token (an empty answer) is an error under `error` and `split`; `drop` and `truncate`
/// leave it out and count it.
public enum LengthPolicy: String, Sendable, CaseIterable {
  /// Report an error that names the record.
  case error
  /// Leave it out and count it.
  case drop
  /// Truncate it to `max_length` tokens and count it, or leave it out and count it if no trained token would remain. In
  /// a pair both answers are truncated, never the prompt.
  case truncate
  /// Split a `text` record into pieces of `max_length` targets; any other record that is too long is an error.
  case split
}

/// How records become examples.
public struct DataOptions: Sendable {
  /// Which tokens are trained on.
  public var trainOn: TrainOn
  /// The largest number of tokens of an example; under ``LengthPolicy/split``, of targets of a piece.
  public var maximumLength: Int
  /// What happens to longer examples.
  public var lengthPolicy: LengthPolicy
  /// The keys that the file uses in place of ours (`data.columns`): with `["prompt": "question"]`, `question` is read
  /// where `prompt` is expected.
  public var columns: [String: String]
  /// What happens to a record if its template does not show all that it says.
  public var lostParts: LostPartsPolicy
  /// The size of the model's vocabulary, if it is known; ids of tokenized records must be smaller.
  public var vocabularySize: Int?
  /// Where there is no tokenizer: the folder, and what it contains instead, as the beginning of a message.
  public var missingTokenizer: String?

  /// Creates options; omitted ones have the recipe's defaults.
  public init(
    trainOn: TrainOn = .completion, maximumLength: Int = 512, lengthPolicy: LengthPolicy = .error,
    columns: [String: String] = [:], lostParts: LostPartsPolicy = .error, vocabularySize: Int? = nil,
    missingTokenizer: String? = nil
  ) {
    self.trainOn = trainOn
    self.maximumLength = maximumLength
    self.lengthPolicy = lengthPolicy
    self.columns = columns
    self.lostParts = lostParts
    self.vocabularySize = vocabularySize
    self.missingTokenizer = missingTokenizer
  }
}
