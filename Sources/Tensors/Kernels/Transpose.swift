/// `y[j, i] = x[i, j]` for a float32 matrix.
package func transpose(_ x: Tensor) -> Tensor {
  precondition(x.shape.rank == 2, "only a matrix can be transposed, not \(x.shape)")
  let (rows, columns) = (x.shape[0], x.shape[1])
  let y = Tensor(uninitialized: [columns, rows])
  let (from, to) = (x.pointer, y.pointer)
  for i in 0..<rows {
    for j in 0..<columns { to[j * rows + i] = from[i * columns + j] }
  }
  return y
}
