import Autodiff
import Tensors

/// No input is so near to zero that a finite difference would step over the bend.
var reluRows: [InventoryRow] { unaryRows(relu) { max($0, 0) } }
