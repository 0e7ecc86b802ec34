import Autodiff
import Tensors

var reshapeRows: [InventoryRow] {
  let row = InventoryRow("[6, 8] to [4, 12]", [normal([6, 8])]) {
    $0[0].reshaped([4, 12])
  } reference: {
    $0[0]
  }
  return [row, row.inBFloat16([0], value: 0, gradient: 0)]
}
