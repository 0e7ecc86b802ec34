import CKernels
import Tensors

/// The norm of all gradients together, `√(Σ g²)`; parameters without a gradient count as zero.
///
/// Summed in fixed pieces whose sums are added in order: the same bits with any number of threads.
public func globalNorm(of parameters: [Parameter]) -> Double {
  let pieces = parameters.compactMap(\.variable.gradient).flatMap { gradient in
    stride(from: 0, to: gradient.count, by: normPiece).map { start in
      (gradient.pointer + start, min(normPiece, gradient.count - start))
    }
  }
  var sums = [Double](repeating: 0, count: pieces.count)
  sums.withUnsafeMutableBufferPointer { sums in
    let sums = sums
    Threads.forRange(pieces.count) { range in
      for index in range { sums[index] = attune_sum_of_squares(pieces[index].0, pieces[index].1) }
    }
  }
  return sums.reduce(0, +).squareRoot()
}

private let normPiece = 1 << 16

/// What gradients are multiplied by so that their norm stays within a limit: `min(1, limit / (norm + 1e-6))`, as PyTorch's
/// `clip_grad_norm_`. A norm that is not a number gives not a number.
public func clippingFactor(norm: Double, limit: Double) -> Double {
  let factor = limit / (norm + 1e-6)
  return factor >= 1 ? 1 : factor
}
