import Tensors

/// Dropout, inverted: `y = x m / (1 - rate)` with m = 1 with probability 1 - rate, else 0 (Srivastava et al., 2014).
///
/// A hash of the seed and the index decides which elements remain, so that computing a layer again gives the same.
/// `∂x = m ∂y / (1 - rate)`.
public func dropout(_ x: Variable, rate: Float, seed: UInt32) -> Variable {
  precondition(rate >= 0 && rate < 1, "a dropout rate is in 0 ..< 1, not \(rate)")
  if rate == 0 { return x }
  return .result(.dropout, dropout(x.value, rate: rate, seed: seed), of: [x]) { [x = x.node] dy in
    x?.accumulate(dropout(dy, rate: rate, seed: seed))
  }
}
