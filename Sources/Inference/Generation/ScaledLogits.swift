import Foundation
import Tensors

/// Logits at a temperature. The weight of a token is e^((logit - largest) / temperature): 1 for the most likely one.
package struct ScaledLogits {
  /// Tokens and their weights.
  package typealias Candidates = (tokens: [Int32], weights: [Float])

  private let row: LogitRow
  private let largest: Float
  private let scale: Float

  package init(_ row: LogitRow, temperature: Double) {
    self.row = row
    largest = row.largest
    // At a temperature near 0 the weights of all but the most likely tokens are 0.
    scale = min(Float(1 / temperature), .greatestFiniteMagnitude)
  }

  /// The sum of the weights of each lane of the row.
  var sums: [Float] { row.weightSums(shift: largest, scale: scale) }

  /// The weights of some tokens.
  func weights(of tokens: [Int32]) -> [Float] { row.weights(of: tokens, shift: largest, scale: scale) }

  /// The tokens to sample from, by id; nil: all of them.
  package func candidates(topK: Int?, topP: Double?, minP: Double?) -> Candidates? {
    var candidates: Candidates?
    if let topK, topK < row.count { candidates = mostLikely(topK) }
    if let topP, topP < 1 {
      // After top-k, the share is one of what the k tokens hold.
      candidates = candidates.map { nucleus(of: $0, holding: topP * $0.weights.total) } ?? nucleus(holding: topP)
    }
    guard let minP, minP > 0 else { return candidates }
    let all = candidates ?? tokens(ofWeightFrom: Float(minP) / 2)
    // The most likely token always is in, and has the weight 1.
    let likely = zip(all.tokens, all.weights).filter { $0.1 >= Float(minP) }
    return (likely.map(\.0), likely.map(\.1))
  }

  /// The k most likely tokens; of equally likely ones those with the smallest ids.
  private func mostLikely(_ k: Int) -> Candidates {
    // k lanes hold a logit of at least the k-th largest of their maxima, so the k most likely tokens are not below it.
    let lanes = row.maxima
    let tokens = row.indices(from: k < lanes.count ? lanes.kthLargest(k) : -.infinity)
    let logits = tokens.map { row[Int($0)] }
    let threshold = logits.kthLargest(k)
    var equal = k - logits.count { $0 > threshold }
    let kept = zip(tokens, logits).filter { _, logit in
      if logit == threshold { equal -= 1 }
      return logit > threshold || logit == threshold && equal >= 0
    }.map(\.0)
    return (kept, weights(of: kept))
  }

  /// The fewest most likely tokens that hold a share of all weights. They are looked for among the likely ones, of which more
  /// are taken until there are enough.
  private func nucleus(holding share: Double) -> Candidates {
    let target = share * sums.total
    var smallest: Float = 0x1p-6
    while true {
      let likely = tokens(ofWeightFrom: smallest)
      if smallest == 0 || likely.weights.total >= target { return nucleus(of: likely, holding: target) }
      smallest = smallest > 0x1p-24 ? smallest * smallest : 0
    }
  }

  private func nucleus(of candidates: Candidates, holding target: Double) -> Candidates {
    let cut = LikelihoodCut(of: candidates.weights, holding: target, measure: Double.init)
    let kept = cut.candidates(of: candidates.weights)
    return (kept.map { candidates.tokens[$0.token] }, kept.map(\.probability))
  }

  /// At least the tokens of some weight or more; 0: all.
  private func tokens(ofWeightFrom weight: Float) -> Candidates {
    let threshold = weight > 0 ? largest + logf(weight) / scale : -.infinity
    let tokens = row.indices(from: min(threshold, largest))
    return (tokens, weights(of: tokens))
  }
}

extension [Float] {
  /// The k-th largest element, or the smallest where there are fewer: by quickselect.
  func kthLargest(_ k: Int) -> Float {
    var (left, k) = (self, Swift.min(k, count))
    while let pivot = left.pivot {
      let above = left.filter { $0 > pivot }
      if above.count >= k {
        left = above
        continue
      }
      let equal = left.count { $0 == pivot }
      if above.count + equal >= k { return pivot }
      k -= above.count + equal
      left = left.filter { $0 < pivot }
    }
    return -.infinity
  }

  /// The median of the first, the middle and the last element; nil for an empty array.
  private var pivot: Float? {
    guard let first, let last else { return nil }
    let middle = self[count / 2]
    return Swift.max(Swift.min(first, middle), Swift.min(Swift.max(first, middle), last))
  }
}
