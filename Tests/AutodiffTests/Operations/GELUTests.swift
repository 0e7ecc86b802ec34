import Autodiff
import Foundation
import Tensors

var geluRows: [InventoryRow] {
  unaryRows(gelu) { x in x / 2 * Foundation.erfc(-x / 2.0.squareRoot()) }
}
