import Autodiff
import Tensors

/// Tokens out of order, some missing, some many times.
var embeddingRows: [InventoryRow] {
  [(7, 5, 11), (50, 24, 3), (40, 130, 200)].flatMap { vocabulary, width, count in
    let ids = (0..<count).map { Int32(($0 * $0 * 7 + 3) % vocabulary) }
    let row = InventoryRow("[\(vocabulary), \(width)], \(count) tokens", [normal([vocabulary, width])], value: 0) {
      embedding($0[0], ids)
    } reference: { x in
      ids.flatMap { x[0][Int($0) * width..<(Int($0) + 1) * width] }
    }
    // The result is float32 whatever the table is.
    return [row, row.inBFloat16([0], value: 0)]
  }
}
