import Tensors

extension Variable {
  /// Some rows, in the order of `indices`: `y[i] = x[indices[i]]`. `∂x[indices[i]] += ∂y[i]`.
  public func selectingRows(_ indices: [Int]) -> Variable {
    precondition(indices.allSatisfy { 0..<shape[0] ~= $0 }, "a row outside of \(shape)")
    return .result(.selectRows, gatherRows(of: value, indices), of: [self]) { [node] dy in
      guard let (sum, adding) = node?.gradientBuffer() else { return }
      if !adding { fillWithZeros(sum) }
      addRows(of: dy, to: sum, at: indices)
    }
  }
}
