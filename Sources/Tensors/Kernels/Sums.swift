import CKernels

/// `Σ x` of a float32 tensor, summed in float32 pieces whose sums are added in float64.
package func sum(of x: Tensor) -> Float { Float(attune_sum(x.pointer, x.count)) }

/// `y[i] = Σ x[j]` over the j of range i: `[n]` to `[ranges]`, in float32; an empty range gives 0.
package func sums(of x: Tensor, over ranges: [Range<Int>]) -> Tensor { sums(of: x, over: ranges.map { [$0] }) }

/// `y[i] = Σ x[j]` over the j of all ranges of list i: `[n]` to `[lists]`, in float32; an empty list gives 0.
package func sums(of x: Tensor, over lists: [[Range<Int>]]) -> Tensor {
  let sums = lists.map { ranges in
    Float(ranges.reduce(0.0) { $0 + attune_sum(x.pointer + $1.lowerBound, $1.count) })
  }
  return Tensor(sums, [lists.count])
}

/// `total[j] += terms[i]` for every j of all ranges of list i, in float32.
package func add(_ terms: Tensor, over lists: [[Range<Int>]], to total: Tensor) {
  for (ranges, term) in zip(lists, terms.array) {
    for j in ranges.joined() { total.pointer[j] += term }
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
