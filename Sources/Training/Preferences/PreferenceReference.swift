import InstructionData
import LanguageModels

/// What a preference objective compares the policy with.
public enum PreferenceReference {
  /// Nothing.
  case none
  /// Another pass of the model that is trained, as this closure lets it compute: with its adapter off.
  case model((_ model: LanguageModel, _ pairs: PackedPairs) -> [AnswerScores])
  /// Scores that were computed before training.
  case scores(ReferenceScores)

  /// The scores of some pairs; nil without a reference.
  func scores(_ model: LanguageModel, _ pairs: [PreferenceExample], _ packed: PackedPairs) -> [AnswerScores]? {
    switch self {
    case .none: nil
    case .model(let scores): scores(model, packed)
    case .scores(let scores): pairs.map { scores[$0] }
    }
  }
}

/// Log-probabilities that were computed before training, found again by the tokens they are of.
public struct ReferenceScores: Sendable {
  private var table: [ExampleTokens: AnswerScores] = [:]

  /// Notes the scores of some pairs.
  public init(_ pairs: [PreferenceExample], _ scores: [AnswerScores]) {
    precondition(pairs.count == scores.count, "\(pairs.count) pairs, \(scores.count) scores")
    for (pair, scores) in zip(pairs, scores) { table[ExampleTokens(pair)] = scores }
  }

  /// The scores of a pair, which must be one of those that were scored.
  subscript(pair: PreferenceExample) -> AnswerScores {
    guard let scores = table[ExampleTokens(pair)] else { preconditionFailure("a pair without a reference's scores") }
    return scores
  }
}

/// The tokens of a pair, wherever it comes from.
struct ExampleTokens: Hashable {
  private let prompt, chosen, rejected: [Int32]

  init(_ pair: PreferenceExample) { (prompt, chosen, rejected) = (pair.prompt, pair.chosen, pair.rejected) }
}
