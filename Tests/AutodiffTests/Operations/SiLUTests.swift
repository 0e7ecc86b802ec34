import Autodiff
import Tensors

var siluRows: [InventoryRow] { unaryRows(silu) { $0 * logistic($0) } }
