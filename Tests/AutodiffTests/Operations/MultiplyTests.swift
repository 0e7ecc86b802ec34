import Autodiff
import Tensors

var multiplicationRows: [InventoryRow] { binaryRows(*, *) }
