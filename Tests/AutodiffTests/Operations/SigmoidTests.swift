import Autodiff
import Tensors

var sigmoidRows: [InventoryRow] { unaryRows(sigmoid, logistic) }
