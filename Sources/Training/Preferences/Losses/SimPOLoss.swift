import Autodiff

extension PreferenceLoss {
  /// Simple preference optimization (2405.14734, equation 6): `-log σ(β/|y_w| log π(y_w|x) - β/|y_l| log π(y_l|x) - γ)`.
  ///
  /// γ is the paper's and TRL's `simpo_gamma`; the authors' program takes γ/β (`gamma_beta_ratio`).
  public static func simpo(beta: Double, gamma: Double) -> PreferenceLoss {
    PreferenceLoss(withoutReferenceWith: beta) { scores in
      -logSigmoid(Float(beta) * (scores.chosenMeans - scores.rejectedMeans) + -gamma)
    }
  }
}
