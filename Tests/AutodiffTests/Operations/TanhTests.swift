import Autodiff
import Foundation
import Tensors

var tanhRows: [InventoryRow] { unaryRows(Autodiff.tanh) { Foundation.tanh($0) } }
