import Autodiff
import Tensors

var rowMultiplicationRows: [InventoryRow] {
  matrixShapes.flatMap { shape in
    let row = InventoryRow("\(shape)", [normal(shape), normal([shape[1]], "row")]) {
      multiplyRow($0[0], $0[1])
    } reference: {
      repeated($0[1], over: $0[0], *)
    }
    return [row, row.inBFloat16([0])]
  }
}
