import Autodiff

extension PreferenceLoss {
  /// Direct preference optimization (2305.18290, equation 7): `-log σ(βh)` with
  /// `h = log π(y_w|x)/π_ref(y_w|x) - log π(y_l|x)/π_ref(y_l|x)`.
  ///
  /// - Parameter labelSmoothing: the share ε of pairs that is assumed to be the wrong way round. Above 0 it is
  ///   conservative DPO (Mitchell 2023, "A note on DPO with noisy preferences & relationship to IPO", equation 3):
  ///   `-(1 - ε) log σ(βh) - ε log σ(-βh)`. TRL 1.16 ignores the smoothing of its `sigmoid`.
  public static func sigmoid(beta: Double, labelSmoothing epsilon: Double = 0) -> PreferenceLoss {
    PreferenceLoss(againstReferenceWith: beta) { scores in
      let z = Float(beta) * scores.margins
      if epsilon == 0 { return -logSigmoid(z) }
      return Float(epsilon - 1) * logSigmoid(z) - Float(epsilon) * logSigmoid(-z)
    }
  }
}
