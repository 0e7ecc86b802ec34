import Tensors

/// The norm of all gradients together, `√(Σ g²)`; parameters without a gradient count as zero.
///
/// The same bits with any number of threads.
public func globalNorm(of parameters: [Parameter]) -> Double {
  sumOfSquares(of: parameters.compactMap(\.variable.gradient)).squareRoot()
}

/// The factor for gradients that keeps their norm within a limit: `min(1, limit / (norm + 1e-6))`, as PyTorch's
/// `clip_grad_norm_`. A norm that is NaN gives NaN.
public func clippingFactor(norm: Double, limit: Double) -> Double {
  let factor = limit / (norm + 1e-6)
  return factor >= 1 ? 1 : factor
}
