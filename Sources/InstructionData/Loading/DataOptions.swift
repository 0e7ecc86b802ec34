/// What a record is read for: the objective decides which of a record's forms counts.
public enum RecordPurpose: String, Sendable, CaseIterable {
  /// An answer to be learnt (`sft`).
  case demonstration
  /// A pair of answers of which one is better (`dpo` and its relatives).
  case preference
  /// An answer that is wanted or not, or a pair (`kto`).
  case judgement
}

/// Which tokens are trained on: the recipe's `data.train_on`.
public enum TrainOn: String, Sendable, CaseIterable {
  /// The assistant's messages and the token that ends each.
  case completion
  /// Every token but the first, which nothing predicts.
  case all
}

/// What happens to an example longer than `data.max_length`: the recipe's `data.length_policy`.
///
/// The policies that leave records out, `drop` and `truncate`, also leave out and count those in which nothing is
/// trained on (an empty answer); under the others they are errors.
public enum LengthPolicy: String, Sendable, CaseIterable {
  /// It is an error that names the record.
  case error
  /// It is left out and counted.
  case drop
  /// It is cut behind `max_length` tokens and counted; left out and counted where no trained token would remain. Of a
  /// pair both answers are cut, the prompt never.
  case truncate
  /// A `text` record is cut in pieces of `max_length` targets; any other record that is too long is an error.
  case split
}

/// How records become examples.
public struct DataOptions: Sendable {
  /// Which tokens are trained on.
  public var trainOn: TrainOn
  /// The most tokens of an example; under ``LengthPolicy/split`` the most targets of a piece.
  public var maximumLength: Int
  /// What happens to longer examples.
  public var lengthPolicy: LengthPolicy
  /// The file's keys for ours (`data.columns`): `["prompt": "question"]` reads `question` where `prompt` is expected.
  public var columns: [String: String]
  /// Ids of tokenized records must be smaller: the model's vocabulary, where it is known.
  public var vocabularySize: Int?

  /// The recipe's defaults (design §2), or what is said otherwise.
  public init(
    trainOn: TrainOn = .completion, maximumLength: Int = 512, lengthPolicy: LengthPolicy = .error,
    columns: [String: String] = [:], vocabularySize: Int? = nil
  ) {
    self.trainOn = trainOn
    self.maximumLength = maximumLength
    self.lengthPolicy = lengthPolicy
    self.columns = columns
    self.vocabularySize = vocabularySize
  }
}
