import Autodiff
import Foundation
import Tensors

/// Of log-probabilities, so of negative numbers; for a few in float32 only.
var logOneMinusExpRows: [InventoryRow] {
  ([[1], [3, 5], [200]] as [Shape]).map { shape in
    InventoryRow("\(shape)", [Tensor(awayFromZero(shape).array.map { -abs(3 * $0) }, shape)]) {
      logOneMinusExp($0[0])
    } reference: {
      $0[0].map { log(-expm1($0)) }
    }
  }
}
