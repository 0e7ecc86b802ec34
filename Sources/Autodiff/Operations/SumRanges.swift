import Tensors

extension Variable {
  /// `y[i] = Σ x[j]` over the j of range i: `[n]` to `[ranges]`, in float32; an empty range gives 0.
  ///
  /// `∂x[j] = Σ ∂y[i]` over the ranges that contain j.
  public func sums(over ranges: [Range<Int>]) -> Variable { sums(over: ranges.map { [$0] }) }

  /// `y[i] = Σ x[j]` over the j of all ranges of list i: `[n]` to `[lists]`, in float32; an empty list gives 0.
  ///
  /// `∂x[j] = Σ ∂y[i]` over the lists that contain j.
  public func sums(over lists: [[Range<Int>]]) -> Variable {
    precondition(
      shape.rank == 1 && lists.joined().allSatisfy { 0 <= $0.lowerBound && $0.upperBound <= shape[0] },
      "a range outside of \(shape)")
    return .result(.sumRanges, Tensors.sums(of: value, over: lists), of: [self]) { [node] dy in
      node?.contributeSums { add(dy, over: lists, to: $0) }
    }
  }
}
