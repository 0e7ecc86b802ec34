/// What reads a model's last states.
public enum OutputHead: Sendable, Equatable {
  /// A score for every token of the vocabulary: a language model.
  case vocabulary
  /// One score of a sequence, read at its last token: a reward model, transformers' `…ForSequenceClassification` with
  /// one label.
  case score

  /// The name of a reward model's weight, `[1, C]`, in every family.
  public static let scoreWeight = "score.weight"
}
