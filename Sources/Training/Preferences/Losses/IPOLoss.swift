import Autodiff

extension PreferenceLoss {
  /// Identity preference optimization (2310.12036, equation 17): `(h - 1/(2β))²`; the paper's τ is β.
  ///
  /// - Parameter dividesByTokens: both answers' log-ratios are divided by their numbers of tokens first, as TRL's `ipo`
  ///   does; the paper's are sums.
  public static func ipo(beta: Double, dividesByTokens: Bool = false) -> PreferenceLoss {
    PreferenceLoss(againstReferenceWith: beta) { scores in
      let h =
        dividesByTokens
        ? scores.chosenRatios / lengths(scores.chosenLengths) - scores.rejectedRatios / lengths(scores.rejectedLengths)
        : scores.margins
      let distance = h + -1 / (2 * beta)
      return distance * distance
    }
  }
}
