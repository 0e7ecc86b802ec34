import Autodiff
import Tensors

var concatenationRows: [InventoryRow] {
  let row = InventoryRow("[2, 5], [1, 5], [30, 5]", [normal([2, 5]), normal([1, 5]), normal([30, 5])]) {
    concatenate($0)
  } reference: {
    Array($0.joined())
  }
  let same = InventoryRow("twice [3, 16]", [normal([3, 16], "a"), normal([3, 16], "b")]) {
    concatenate($0)
  } reference: {
    Array($0.joined())
  }
  return [row, row.inBFloat16([0, 1, 2]), same, same.inBFloat16([0, 1])]
}
