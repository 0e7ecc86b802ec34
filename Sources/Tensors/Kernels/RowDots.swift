/// The dot products of the rows of two float32 matrices, `[n]`, summed in float64.
package func rowDots(_ x: Tensor, _ y: Tensor) -> Tensor {
  let sums = Tensor(uninitialized: [x.shape[0]])
  let (left, right, result) = (x.floats, y.floats, sums.floats)
  let width = x.shape.width
  Threads.forRange(x.shape[0], grain: 16, width: width) { rows in
    for row in rows {
      var sum = 0.0
      for column in row * width..<(row + 1) * width { sum += Double(left[column]) * Double(right[column]) }
      result[row] = Float(sum)
    }
  }
  return sums
}
