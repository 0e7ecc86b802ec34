/// A token and its probability.
package struct Candidate {
  package let token: Int
  package let probability: Float
}

/// The line between the most likely tokens and the others.
package struct LikelihoodCut {
  /// Tokens of a higher probability are in.
  private let threshold: Float
  /// So many tokens of exactly this probability are in too: those with the smallest ids.
  private let atThreshold: Int

  /// The cut after the fewest most likely tokens whose measures add up to `target`.
  ///
  /// It is found by halving the range of probabilities in which it lies, as quickselect does, so that after the first
  /// pass mostly a few hundred tokens are looked at.
  ///
  /// - Parameter measure: what a token of a probability counts: 1 for top-k, the probability for top-p.
  package init(of probabilities: [Float], holding target: Double, measure: (Float) -> Double) {
    var (inside, held) = (probabilities, 0.0)
    var pivot = (probabilities.max() ?? 0) * 0x1p-12
    while let (lowest, highest) = inside.bounds, lowest < highest {
      if !(pivot > lowest && pivot <= highest) { pivot = Self.middle(lowest, highest) }
      let upper = inside.filter { $0 >= pivot }
      let added = upper.reduce(0) { $0 + measure($1) }
      if held + added >= target {
        inside = upper
      } else {
        held += added
        inside = inside.filter { $0 < pivot }
      }
      pivot = 0
    }
    threshold = inside.first ?? 0
    let each = measure(threshold)
    let needed = each > 0 ? ((target - held) / each).rounded(.up) : 0
    atThreshold = Swift.max(held > 0 ? 0 : 1, Int(Swift.min(needed, Double(inside.count))))
  }

  /// A number between two probabilities, above the lower one: their geometric mean, since probabilities differ by
  /// factors.
  private static func middle(_ lowest: Float, _ highest: Float) -> Float {
    let mean = (Swift.max(lowest, highest * 0x1p-60) * highest).squareRoot()
    return mean > lowest && mean <= highest ? mean : highest
  }

  /// The tokens that are in, by id.
  package func candidates(of probabilities: [Float]) -> [Candidate] {
    var (result, equal): ([Candidate], Int) = ([], 0)
    for (token, probability) in probabilities.enumerated() where probability >= threshold {
      if probability == threshold {
        equal += 1
        if equal > atThreshold { continue }
      }
      result.append(Candidate(token: token, probability: probability))
    }
    return result
  }
}

extension [Float] {
  /// The smallest and the largest element; nil for an empty array.
  fileprivate var bounds: (lowest: Float, highest: Float)? {
    guard var (lowest, highest) = first.map({ ($0, $0) }) else { return nil }
    for element in self {
      lowest = Swift.min(lowest, element)
      highest = Swift.max(highest, element)
    }
    return (lowest, highest)
  }
}

extension Sequence<Float> {
  /// The sum, in float64.
  var total: Double { reduce(0) { $0 + Double($1) } }
}
