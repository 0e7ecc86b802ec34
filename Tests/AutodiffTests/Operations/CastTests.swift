import Autodiff
import Tensors

var castRows: [InventoryRow] {
  elementShapes.flatMap { shape in
    let x = normal(shape)
    // The upstream gradient is a bfloat16 number, so that none of it is lost on its way back.
    let narrowing = InventoryRow("\(shape) to bfloat16", [x], value: 4e-3) {
      $0[0].cast(to: .bfloat16)
    } reference: {
      $0[0]
    }
    let widening = InventoryRow("\(shape) to float32", [x]) {
      $0[0].cast(to: .float32)
    } reference: {
      $0[0]
    }
    return [narrowing, widening.inBFloat16([0], value: 0)]
  }
}
