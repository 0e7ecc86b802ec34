import Autodiff
import Foundation
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

/// Ranges that touch, overlap, are empty, and leave elements out.
var rangeSumRows: [InventoryRow] {
  let ranges = [0..<3, 3..<10, 5..<12, 12..<12, 20..<37]
  return [
    InventoryRow("37 in 5 ranges", [normal([37])]) {
      $0[0].sums(over: ranges)
    } reference: { x in
      ranges.map { x[0][$0].reduce(0, +) }
    }
  ]
}

var softmaxRows: [InventoryRow] {
  ([[1, 1], [3, 5], [2, 16], [9, 37], [40, 600]] as [Shape]).map { shape in
    InventoryRow("\(shape)", [normal(shape, deviation: 4)], value: 2e-6) {
      softmax($0[0])
    } reference: { x in
      stride(from: 0, to: shape.count, by: shape[1]).flatMap { softmaxReference(Array(x[0][$0..<$0 + shape[1]])) }
    }
  }
}

/// `e^x / Σ e^x`.
func softmaxReference(_ x: [Double]) -> [Double] {
  let largest = x.max() ?? 0
  let powers = x.map { exp($0 - largest) }
  let sum = powers.reduce(0, +)
  return powers.map { $0 / sum }
}
