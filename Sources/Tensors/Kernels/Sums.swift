import CKernels

/// `Σ x` of a float32 tensor, summed in float32 pieces whose sums are added in float64.
package func sum(of x: Tensor) -> Float { Float(attune_sum(x.pointer, x.count)) }

/// `y[i] = Σ x[j]` over the j of range i: `[n]` to `[ranges]`, in float32; an empty range gives 0.
package func sums(of x: Tensor, over ranges: [Range<Int>]) -> Tensor {
  Tensor(ranges.map { Float(attune_sum(x.pointer + $0.lowerBound, $0.count)) }, [ranges.count])
}

/// `total[j] += terms[i]` for every j of range i, in float32.
package func add(_ terms: Tensor, over ranges: [Range<Int>], to total: Tensor) {
  for (range, term) in zip(ranges, terms.array) {
    for j in range { total.pointer[j] += term }
  }
}

/// `Σ x²` over all elements of float32 tensors.
///
/// Summed in float64, in pieces of 65,536 elements within a tensor, whose sums are added in index order: the same bits with
/// any number of threads.
package func sumOfSquares(of tensors: [Tensor]) -> Double { piecesOfSquares(of: tensors).reduce(0, +) }

/// The sums of squares of the pieces that ``sumOfSquares(of:)`` adds up, in order: those of several tensors may be computed
/// one tensor at a time.
package func piecesOfSquares(of tensors: [Tensor]) -> [Double] {
  guard Rehearsal.works(on: tensors.reduce(0) { $0 + $1.count }) else { return [] }
  let pieces = tensors.flatMap { tensor in
    stride(from: 0, to: tensor.count, by: piece).map { (tensor, $0, min(piece, tensor.count - $0)) }
  }
  var sums = [Double](repeating: 0, count: pieces.count)
  sums.withUnsafeMutableBufferPointer { sums in
    let sums = sums
    Threads.forRange(pieces.count) { range in
      for index in range {
        let (tensor, start, count) = pieces[index]
        sums[index] = attune_sum_of_squares(tensor.pointer + start, count)
      }
    }
  }
  return sums
}

private let piece = 1 << 16
