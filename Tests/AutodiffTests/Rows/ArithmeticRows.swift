import Autodiff
import Tensors

/// A single element, parts of vectors, whole vectors, and more than one thread's share with a rest.
let elementShapes: [Shape] = [[1], [3, 5], [4, 16], [33, 48], [130, 257]]

/// Rows for a function of two tensors of one shape, in float32 and bfloat16.
private func binaryRows(
  second: (Shape) -> Tensor = { normal($0, "second") }, bfloat16: Bool = true,
  _ forward: @escaping (Variable, Variable) -> Variable, _ reference: @escaping (Double, Double) -> Double
) -> [InventoryRow] {
  elementShapes.flatMap { shape in
    let row = InventoryRow(
      "\(shape)", [normal(shape, "first"), second(shape)],
      forward: { forward($0[0], $0[1]) }, reference: { zip($0[0], $0[1]).map(reference) })
    return bfloat16 ? [row, row.inBFloat16([0, 1])] : [row]
  }
}

var additionRows: [InventoryRow] {
  binaryRows(+, +)
    // A block's bfloat16 output on the float32 residual stream.
    + [
      InventoryRow("float32 + bfloat16", [normal([33, 48], "first"), normal([33, 48], "second")]) {
        $0[0] + $0[1]
      } reference: {
        zip($0[0], $0[1]).map(+)
      }.inBFloat16([1], value: 1e-6)
    ]
}

var subtractionRows: [InventoryRow] { binaryRows(-, -) }

var multiplicationRows: [InventoryRow] { binaryRows(*, *) }

var divisionRows: [InventoryRow] {
  binaryRows(second: { awayFromZero($0, distance: 0.5) }, bfloat16: false, /, /)
}

var scalingRows: [InventoryRow] {
  elementShapes.flatMap { shape in
    let row = InventoryRow("\(shape)", [normal(shape)]) {
      -2.5 * $0[0]
    } reference: {
      $0[0].map { -2.5 * $0 }
    }
    return [row, row.inBFloat16([0])]
  }
}

/// `[rows, columns]`: columns that are and are not whole vectors, and more than one thread's share of either.
private let matrixShapes: [Shape] = [[1, 1], [7, 5], [3, 16], [64, 40], [300, 150]]

private func repeated(_ row: [Double], over matrix: [Double], _ function: (Double, Double) -> Double) -> [Double] {
  matrix.enumerated().map { function($1, row[$0 % row.count]) }
}

var rowAdditionRows: [InventoryRow] {
  matrixShapes.flatMap { shape in
    let row = InventoryRow("\(shape)", [normal(shape), normal([shape[1]], "row")]) {
      addRow($0[0], $0[1])
    } reference: {
      repeated($0[1], over: $0[0], +)
    }
    return [row, row.inBFloat16([0])]
  }
}

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
