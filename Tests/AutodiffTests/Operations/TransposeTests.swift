import Autodiff
import Tensors

var transposeRows: [InventoryRow] {
  ([[1, 1], [3, 5], [33, 48]] as [Shape]).map { shape in
    InventoryRow("\(shape)", [normal(shape)], value: 0, gradient: 1e-9) {
      $0[0].transposed()
    } reference: { x in
      (0..<shape[1]).flatMap { column in (0..<shape[0]).map { x[0][$0 * shape[1] + column] } }
    }
  }
}
