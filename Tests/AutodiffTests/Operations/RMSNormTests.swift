import Autodiff
import Tensors

/// Rows of the weight's width: whole states, and the heads of queries and keys one by one.
var rmsNormRows: [InventoryRow] {
  ([([1, 3], 3), ([3, 5], 5), ([20, 16], 16), ([300, 70], 70), ([6, 64], 16)] as [(Shape, Int)]).flatMap {
    shape, width in
    let inputs = [normal(shape), normal([width], "weight")]
    let reference = { (x: [[Double]]) in
      stride(from: 0, to: shape.count, by: width).flatMap { start in
        let row = x[0][start..<start + width]
        let root = (row.reduce(0) { $0 + $1 * $1 } / Double(width) + 1e-5).squareRoot()
        return zip(row, x[1]).map { $0 / root * $1 }
      }
    }
    let row = InventoryRow(
      "\(shape) by \(width)", inputs, forward: { rmsNorm($0[0], $0[1], epsilon: 1e-5) }, reference: reference)
    // What the derivative reads is the rounded result.
    let narrowing = InventoryRow(
      "\(shape) by \(width) to bfloat16", inputs, value: 4e-3, gradient: 4e-3,
      forward: { rmsNorm($0[0], $0[1], epsilon: 1e-5, as: .bfloat16) }, reference: reference)
    // A zero in the weight hides its column in the result: the input is read instead, which loses nothing.
    let zeroed = Tensor([0] + inputs[1].array.dropFirst(), [width])
    let hidden = InventoryRow(
      "\(shape) by \(width), a zero weight", [inputs[0], zeroed], value: 4e-3,
      forward: { rmsNorm($0[0], $0[1], epsilon: 1e-5, as: .bfloat16) }, reference: reference)
    return [row, narrowing, hidden, row.inBFloat16([0])]
  }
}
