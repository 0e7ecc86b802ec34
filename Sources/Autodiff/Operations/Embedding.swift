import Tensors

/// `y[t] = table[ids[t]]` in float32: `table` is `[V, C]`, the result `[T, C]`.
///
/// `∂table[ids[t]] += ∂y[t]`.
public func embedding(_ table: Variable, _ ids: [Int32]) -> Variable {
  let vocabulary = table.shape[0]
  precondition(ids.allSatisfy { 0..<Int32(vocabulary) ~= $0 }, "a token outside of the vocabulary of \(vocabulary)")
  return .result(.embedding, embedding(table.value, ids), of: [table]) { [table = table.node] dy in
    table?.contributeSums { embeddingBackward(dy, ids, to: $0) }
  }
}
