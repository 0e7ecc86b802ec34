import Autodiff
import Foundation
import Tensors

var expRows: [InventoryRow] { unaryRows(Autodiff.exp) { Foundation.exp($0) } }
