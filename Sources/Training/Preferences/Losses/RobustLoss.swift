import Autodiff

extension PreferenceLoss {
  /// Robust DPO (2403.00409, section 3): `(-(1 - ε) log σ(βh) + ε log σ(-βh)) / (1 - 2ε)`, whose mean over labels
  /// flipped with probability ε is the DPO loss of the true labels. As TRL's `robust`.
  ///
  /// - Parameter labelSmoothing: ε, below one half. With 0 it is ``sigmoid(beta:labelSmoothing:)``.
  public static func robust(beta: Double, labelSmoothing epsilon: Double) -> PreferenceLoss {
    PreferenceLoss(againstReferenceWith: beta) { scores in
      let z = Float(beta) * scores.margins
      let difference = Float(epsilon - 1) * logSigmoid(z) + Float(epsilon) * logSigmoid(-z)
      return Float(1 / (1 - 2 * epsilon)) * difference
    }
  }
}
