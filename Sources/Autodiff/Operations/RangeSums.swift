import CKernels
import Tensors

extension Variable {
  /// `y[i] = Σ x[j]` over the j of range i: `[n]` to `[ranges]`, in float32; an empty range gives 0.
  ///
  /// `∂x[j] = Σ ∂y[i]` over the ranges that hold j.
  public func sums(over ranges: [Range<Int>]) -> Variable {
    precondition(
      shape.rank == 1 && ranges.allSatisfy { 0 <= $0.lowerBound && $0.upperBound <= shape[0] },
      "a range outside of \(shape)")
    let x = value
    let y = Tensor(ranges.map { Float(attune_sum(x.pointer + $0.lowerBound, $0.count)) }, [ranges.count])
    return .result(.sumRanges, y, of: [self]) { [node] dy in
      node?.contributeSums { sums in
        for (range, upstream) in zip(ranges, dy.array) {
          for j in range { sums.pointer[j] += upstream }
        }
      }
    }
  }
}
