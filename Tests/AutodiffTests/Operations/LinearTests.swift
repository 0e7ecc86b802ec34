import Autodiff
import Tensors

/// One row and four rows are generation's; a bfloat16 weight under float32 activations is a frozen one as it is stored.
var linearRows: [InventoryRow] {
  [(1, 1, 1), (1, 70, 33), (4, 48, 37), (5, 16, 3), (130, 65, 40)].flatMap { rows, inputs, outputs in
    let (x, w) = (normal([rows, inputs]), normal([outputs, inputs], "w"))
    let row = InventoryRow("\(rows)×\(inputs)×\(outputs)", [x, w], value: 2e-6, gradient: 4e-6, samples: 6) {
      linear($0[0], $0[1])
    } reference: {
      linearReference($0[0], $0[1], rows: rows, inputs: inputs, outputs: outputs)
    }
    let biased = InventoryRow(
      "\(rows)×\(inputs)×\(outputs), bias", [x, w, normal([outputs], "bias")], value: 2e-6, gradient: 4e-6, samples: 6
    ) {
      linear($0[0], $0[1], bias: $0[2])
    } reference: { x in
      linearReference(x[0], x[1], rows: rows, inputs: inputs, outputs: outputs).enumerated().map {
        $1 + x[2][$0 % outputs]
      }
    }
    // The product is rounded before the bias is added, and the sum again.
    return [
      row, row.inBFloat16([0, 1]), row.inBFloat16([1], value: 2e-6), biased, biased.inBFloat16([0, 1], value: 8e-3),
    ]
  }
}
