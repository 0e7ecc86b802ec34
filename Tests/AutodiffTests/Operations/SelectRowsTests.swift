import Autodiff
import Tensors

/// Rows out of order, some left out, one taken three times.
var selectionRows: [InventoryRow] {
  let indices = [4, 0, 4, 2, 4, 6]
  let row = InventoryRow("[7, 19]", [normal([7, 19])]) {
    $0[0].selectingRows(indices)
  } reference: { x in
    indices.flatMap { x[0][$0 * 19..<($0 + 1) * 19] }
  }
  return [row, row.inBFloat16([0])]
}
