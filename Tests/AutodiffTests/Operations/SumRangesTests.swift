import Autodiff
import Tensors

/// Ranges that touch, overlap, are empty, and leave elements out.
var rangeSumRows: [InventoryRow] {
  let ranges = [0..<3, 3..<10, 5..<12, 12..<12, 20..<37]
  return [
    InventoryRow("37 in 5 ranges", [normal([37])]) {
      $0[0].sums(over: ranges)
    } reference: { x in
      ranges.map { x[0][$0].reduce(0, +) }
    },
    InventoryRow("37 in 3 lists of ranges", [normal([37])]) {
      $0[0].sums(over: [[0..<3, 5..<12], [], [5..<9, 20..<37, 9..<9]])
    } reference: { x in
      [[0..<3, 5..<12], [], [5..<9, 20..<37]].map { ranges in ranges.joined().reduce(0) { $0 + x[0][$1] } }
    },
  ]
}
