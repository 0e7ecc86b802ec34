import Tensors

/// Rows of several tensors one after another: `[a, …]` and `[b, …]` give `[a + b, …]`. `∂` of each is its rows of `∂y`.
public func concatenate(_ parts: [Variable]) -> Variable {
  let inner = Array(parts[0].shape.extents.dropFirst())
  precondition(
    parts.allSatisfy { Array($0.shape.extents.dropFirst()) == inner && $0.elementType == parts[0].elementType },
    "rows of different shapes or types: \(parts.map(\.shape))")
  let y = concatenateRows(parts.map(\.value))
  return .result(.concatenate, y, of: parts) { [parts = parts.map { ($0.node, $0.shape[0]) }] dy in
    var start = 0
    for (node, rows) in parts {
      node?.accumulate(dy.rows(start..<start + rows))
      start += rows
    }
  }
}
