import Autodiff

/// A loss of pairs of answers, and the reward that it gives an answer.
///
/// The functions that make one are in `Losses`, a file each; all read ``PairScores``.
public struct PreferenceLoss: Sendable {
  /// Whether the loss compares the policy with a reference.
  public let readsReference: Bool
  /// The loss of every pair, `[pairs]`.
  public let losses: @Sendable (PairScores) -> Variable
  /// The reward of an answer from its log-probability, the reference's and its number of tokens.
  let rewardOfAnswer: @Sendable (_ policy: Double, _ reference: Double, _ tokens: Int) -> Double

  /// A loss against a reference. Its reward is `β log π(y|x) / π_ref(y|x)` (2305.18290, equation 5, without the
  /// partition function, which is the same for both answers).
  init(againstReferenceWith beta: Double, losses: @escaping @Sendable (PairScores) -> Variable) {
    readsReference = true
    self.losses = losses
    rewardOfAnswer = { policy, reference, _ in beta * (policy - reference) }
  }

  /// A loss of the policy alone. Its reward is β times the mean log-probability of the answer's tokens, as TRL logs it.
  init(withoutReferenceWith beta: Double, losses: @escaping @Sendable (PairScores) -> Variable) {
    readsReference = false
    self.losses = losses
    rewardOfAnswer = { policy, _, tokens in beta * policy / Double(max(1, tokens)) }
  }
}
