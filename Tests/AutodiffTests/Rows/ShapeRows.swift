import Autodiff
import Tensors

var reshapeRows: [InventoryRow] {
  let row = InventoryRow("[6, 8] to [4, 12]", [normal([6, 8])]) {
    $0[0].reshaped([4, 12])
  } reference: {
    $0[0]
  }
  return [row, row.inBFloat16([0], value: 0, gradient: 0)]
}

var transposeRows: [InventoryRow] {
  ([[1, 1], [3, 5], [33, 48]] as [Shape]).map { shape in
    InventoryRow("\(shape)", [normal(shape)], value: 0, gradient: 1e-9) {
      $0[0].transposed()
    } reference: { x in
      (0..<shape[1]).flatMap { column in (0..<shape[0]).map { x[0][$0 * shape[1] + column] } }
    }
  }
}

var concatenationRows: [InventoryRow] {
  let row = InventoryRow("[2, 5], [1, 5], [30, 5]", [normal([2, 5]), normal([1, 5]), normal([30, 5])]) {
    concatenate($0)
  } reference: {
    Array($0.joined())
  }
  let same = InventoryRow("twice [3, 16]", [normal([3, 16], "a"), normal([3, 16], "b")]) {
    concatenate($0)
  } reference: {
    Array($0.joined())
  }
  return [row, row.inBFloat16([0, 1, 2]), same, same.inBFloat16([0, 1])]
}

/// Rows out of order, some left out, one taken three times.
var selectionRows: [InventoryRow] {
  let indices = [4, 0, 4, 2, 4, 6]
  let row = InventoryRow("[7, 19]", [normal([7, 19])]) {
    $0[0].selectingRows(indices)
  } reference: { x in
    indices.flatMap { x[0][$0 * 19..<($0 + 1) * 19] }
  }
  return [row, row.inBFloat16([0])]
}

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
