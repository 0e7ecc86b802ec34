import Autodiff
import Tensors

var additionRows: [InventoryRow] {
  binaryRows(+, +)
    // A block's bfloat16 output on the float32 residual stream.
    + [
      InventoryRow("float32 + bfloat16", [normal([33, 48], "first"), normal([33, 48], "second")]) {
        $0[0] + $0[1]
      } reference: {
        zip($0[0], $0[1]).map(+)
      }.inBFloat16([1], value: 1e-6)
    ]
}
