import CKernels
import Tensors

/// `y[t] = table[ids[t]]` in float32: `table` is `[V, C]`, the result `[T, C]`.
///
/// `∂table[ids[t]] += ∂y[t]`; threads share the columns, so that the order of adding is fixed.
public func embedding(_ table: Variable, _ ids: [Int32]) -> Variable {
  let (vocabulary, width) = (table.shape[0], table.shape[1])
  precondition(ids.allSatisfy { 0..<Int32(vocabulary) ~= $0 }, "a token outside of the vocabulary of \(vocabulary)")
  let y = Tensor(uninitialized: [ids.count, width])
  let source = table.value
  Threads.forRange(ids.count, grain: 64) { range in
    for row in range {
      let from = Int(ids[row]) * width
      switch table.elementType {
      case .float32: (y.pointer + row * width).update(from: source.pointer + from, count: width)
      case .bfloat16: attune_widen(source.halfPointer + from, y.pointer + row * width, width)
      }
    }
  }
  return .result(.embedding, y, of: [table]) { [node = table.node] dy in
    node?.contributeSums { sums in
      Threads.forRange(width, grain: 32) { range in
        for (row, id) in ids.enumerated() {
          let to = sums.pointer + Int(id) * width + range.lowerBound
          attune_add_f32(to, dy.pointer + row * width + range.lowerBound, to, range.count)
        }
      }
    }
  }
}
