import Autodiff
import Tensors

var subtractionRows: [InventoryRow] { binaryRows(-, -) }
