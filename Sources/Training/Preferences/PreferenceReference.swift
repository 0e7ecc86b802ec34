import InstructionData
import LanguageModels

/// What a preference objective compares the policy with.
public enum PreferenceReference: Sendable {
  /// Nothing.
  case none
  /// The model that is trained, with its adapter off: the same weights in a second pass.
  case adapterOff
  /// Scores that were computed before training.
  case scores(ReferenceScores)

  /// The scores of some pairs; nil without a reference.
  func scores(_ model: LanguageModel, _ pairs: [PreferenceExample]) -> [AnswerScores]? {
    switch self {
    case .none: nil
    case .adapterOff: model.withoutAttachments { model.scores(of: pairs) }
    case .scores(let scores): pairs.map { scores[$0] }
    }
  }
}

extension LanguageModel {
  /// Computes something with nothing attached to the model.
  func withoutAttachments<Result>(_ body: () -> Result) -> Result {
    let attached = attachments
    attachments = .none
    defer { attachments = attached }
    return body()
  }
}

/// Log-probabilities that were computed before training, looked up by the tokens that they belong to.
public struct ReferenceScores: Sendable {
  private var table: [ExampleTokens: AnswerScores] = [:]

  /// Keeps the scores of some pairs.
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

/// The tokens and targets of a pair, wherever it comes from.
struct ExampleTokens: Hashable {
  private let numbers: [[Int32]]

  init(_ pair: PreferenceExample) { numbers = pair.numbers }
}
