import Autodiff
import Tensors

var divisionRows: [InventoryRow] {
  binaryRows(second: { awayFromZero($0, distance: 0.5) }, bfloat16: false, /, /)
}
