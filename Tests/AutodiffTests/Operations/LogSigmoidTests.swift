import Autodiff
import Foundation
import Tensors

/// For a few numbers in float32 only.
var logSigmoidRows: [InventoryRow] {
  unaryRows(bfloat16: false, logSigmoid) { min($0, 0) - log1p(Foundation.exp(-abs($0))) }
}
