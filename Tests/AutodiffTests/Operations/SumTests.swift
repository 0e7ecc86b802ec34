import Autodiff
import Tensors

var sumRows: [InventoryRow] {
  elementShapes.map { shape in
    InventoryRow("\(shape)", [normal(shape)], gradient: 1e-9) {
      $0[0].sum()
    } reference: {
      [$0[0].reduce(0, +)]
    }
  }
}
