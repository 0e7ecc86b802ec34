import Autodiff
import Foundation
import Tensors

/// A layer with a parameter inside, computed again in the backward pass.
var checkpointRows: [InventoryRow] {
  let row = InventoryRow("silu(x wᵀ) + x", [normal([20, 16]), normal([16, 16], "w")]) { inputs in
    checkpoint(inputs[0]) { silu(linear($0, inputs[1])) + $0 }
  } reference: { x in
    let product = linearReference(x[0], x[1], rows: 20, inputs: 16, outputs: 16)
    return zip(x[0], product).map { $0 + $1 / (1 + exp(-$1)) }
  }
  return [row, row.inBFloat16([0, 1], value: 8e-3, gradient: 2e-2)]
}
