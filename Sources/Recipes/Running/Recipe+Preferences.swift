import InstructionData
import Training

extension Recipe.Objective {
  /// What is learnt from pairs; nil for objectives that learn from something else.
  var pairLoss: PreferenceLoss? {
    switch self {
    case .dpo(let settings):
      switch settings.loss {
      case .sigmoid: .sigmoid(beta: settings.beta, labelSmoothing: settings.labelSmoothing)
      case .ipo: .ipo(beta: settings.beta, dividesByTokens: settings.normalize == .tokens)
      case .hinge: .hinge(beta: settings.beta)
      case .robust: .robust(beta: settings.beta, labelSmoothing: settings.labelSmoothing)
      }
    case .orpo(let beta): .orpo(lambda: beta)
    case .simpo(let settings): .simpo(beta: settings.beta, gamma: settings.gamma)
    case .sft, .kto, .reward: nil
    }
  }

  /// What the better answers' negative log-likelihood is multiplied by and added.
  private var sftWeight: Double {
    switch self {
    case .dpo(let settings): settings.sftWeight
    case .simpo(let settings): settings.sftWeight
    case .sft, .orpo, .kto, .reward: 0
    }
  }

  /// The path of the model that the policy is compared with; nil where none is named.
  public var referencePath: String? {
    switch self {
    case .dpo(let settings): settings.reference
    case .kto(let settings): settings.reference
    case .sft, .orpo, .simpo, .reward: nil
    }
  }

  /// Whether the policy is compared with a reference.
  var readsReference: Bool {
    if case .kto = self { true } else { pairLoss?.readsReference ?? false }
  }

  /// The objective of records with better and worse answers.
  func preference(
    reference: PreferenceReference, mismatched: MismatchedAnswers
  ) -> Objective<PreferenceExample>? {
    if case .kto(let settings) = self {
      let loss = KTOLoss(
        beta: settings.beta, desirableWeight: settings.desirableWeight,
        undesirableWeight: settings.undesirableWeight)
      return .kto(loss, reference: reference, mismatched: mismatched)
    }
    if case .reward = self { return .reward }
    return pairLoss.map { .preference($0, reference: reference, sftWeight: sftWeight) }
  }

  /// The answers to other prompts that the objective needs; none but for KTO.
  func mismatched(_ sets: [DataSet<PreferenceExample>]) -> MismatchedAnswers {
    if case .kto = self { return MismatchedAnswers(sources: sets.flatMap(\.sources).map(\.examples)) }
    return MismatchedAnswers(sources: [])
  }
}
