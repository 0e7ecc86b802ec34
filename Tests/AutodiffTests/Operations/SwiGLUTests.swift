import Autodiff
import Tensors

var swiGLURows: [InventoryRow] {
  elementShapes.flatMap { shape in
    let row = InventoryRow("\(shape)", [normal(shape, "gate", deviation: 3), normal(shape, "up")]) {
      swiGLU($0[0], $0[1])
    } reference: {
      zip($0[0], $0[1]).map { gate, up in gate * logistic(gate) * up }
    }
    return [row, row.inBFloat16([0, 1])]
  }
}
