import Tensors

extension Variable {
  /// The same elements in another shape. `∂x` is `∂y` in x's shape.
  public func reshaped(_ shape: Shape) -> Variable {
    .result(.reshape, value.reshaped(shape), of: [self]) { [node, shape = self.shape] dy in
      node?.accumulate(dy.reshaped(shape))
    }
  }

  /// `y[j, i] = x[i, j]` for a float32 matrix. `∂x` is `∂y` transposed.
  public func transposed() -> Variable {
    .result(.transpose, transpose(value), of: [self]) { [node] dy in node?.accumulate(transpose(dy)) }
  }

  /// The elements in another type. `∂x` is `∂y` in x's type.
  public func cast(to type: ElementType) -> Variable {
    guard type != elementType else { return self }
    return .result(.cast, value(as: type), of: [self]) { [node] dy in node?.accumulate(dy) }
  }

  /// Some rows, in the order of `indices`: `y[i] = x[indices[i]]`. `∂x[indices[i]] += ∂y[i]`.
  public func selectingRows(_ indices: [Int]) -> Variable {
    precondition(indices.allSatisfy { 0..<shape[0] ~= $0 }, "a row outside of \(shape)")
    var extents = shape.extents
    extents[0] = indices.count
    let y = Tensor(uninitialized: Shape(extents), elementType)
    let source = value
    Threads.forRange(indices.count, grain: 64) { range in
      for row in range {
        let index = indices[row]
        y.rows(row..<row + 1).raw.copyMemory(from: UnsafeRawBufferPointer(source.rows(index..<index + 1).raw))
      }
    }
    return .result(.selectRows, y, of: [self]) { [node] dy in
      guard let (sum, adding) = node?.gradientBuffer() else { return }
      if !adding { fillWithZeros(sum) }
      for (row, index) in indices.enumerated() {
        let target = sum.rows(index..<index + 1)
        add(target, dy.rows(row..<row + 1), into: target)
      }
    }
  }
}

/// Rows of several tensors behind one another: `[a, …]` and `[b, …]` give `[a + b, …]`. `∂` of each is its rows of `∂y`.
public func concatenate(_ parts: [Variable]) -> Variable {
  let inner = Array(parts[0].shape.extents.dropFirst())
  precondition(
    parts.allSatisfy { Array($0.shape.extents.dropFirst()) == inner && $0.elementType == parts[0].elementType },
    "rows of different shapes or types: \(parts.map(\.shape))")
  var extents = parts[0].shape.extents
  extents[0] = parts.reduce(0) { $0 + $1.shape[0] }
  let y = Tensor(uninitialized: Shape(extents), parts[0].elementType)
  var start = 0
  for part in parts {
    let (source, first) = (part.value, start)
    Threads.forRange(part.shape[0], grain: 64) { rows in
      y.rows(first + rows.lowerBound..<first + rows.upperBound).raw.copyMemory(
        from: UnsafeRawBufferPointer(source.rows(rows).raw))
    }
    start += part.shape[0]
  }
  return .result(.concatenate, y, of: parts) { [parts = parts.map { ($0.node, $0.shape[0]) }] dy in
    var start = 0
    for (node, rows) in parts {
      node?.accumulate(dy.rows(start..<start + rows))
      start += rows
    }
  }
}

private func transpose(_ x: Tensor) -> Tensor {
  precondition(x.shape.rank == 2, "only a matrix can be transposed, not \(x.shape)")
  let (rows, columns) = (x.shape[0], x.shape[1])
  let y = Tensor(uninitialized: [columns, rows])
  let (from, to) = (x.pointer, y.pointer)
  for i in 0..<rows {
    for j in 0..<columns { to[j * rows + i] = from[i * columns + j] }
  }
  return y
}
