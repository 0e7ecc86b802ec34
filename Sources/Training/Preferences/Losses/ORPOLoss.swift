import Autodiff

extension PreferenceLoss {
  /// Odds-ratio preference optimization (2403.07691, equations 6 and 7): `-ℓ_w - λ log σ(log odds(y_w|x) - log odds(y_l|x))`
  /// with ℓ the mean log-probability of an answer's tokens and `log odds = ℓ - log(1 - e^ℓ)` (equations 2 to 4).
  ///
  /// The likelihood's part is the mean over pairs of each pair's mean over the answer's tokens, as the paper writes it;
  /// TRL takes the mean over all tokens of the batch, the prompt's included.
  public static func orpo(lambda: Double) -> PreferenceLoss {
    PreferenceLoss(withoutReferenceWith: lambda) { scores in
      let (chosen, rejected) = (scores.chosenMeans, scores.rejectedMeans)
      return Float(-lambda) * logSigmoid(logOdds(chosen) - logOdds(rejected)) - chosen
    }
  }
}

/// `log p/(1 - p)` of a log-probability. An answer known by heart has p = 1: the odds are capped at a million.
private func logOdds(_ logProbability: Variable) -> Variable {
  let negative = -(relu(-logProbability + -1e-6) + 1e-6)
  return negative - logOneMinusExp(negative)
}
