import Autodiff
import Tensors

var matrixProductRows: [InventoryRow] {
  [(1, 1, 1), (3, 5, 7), (1, 40, 33), (33, 48, 20), (70, 130, 65)].flatMap { m, k, n in
    let row = InventoryRow(
      "\(m)×\(k)×\(n)", [normal([m, k], "a"), normal([k, n], "b")], value: 2e-6, gradient: 4e-6, samples: 6
    ) {
      matrixProduct($0[0], $0[1])
    } reference: {
      productReference($0[0], $0[1], m: m, k: k, n: n)
    }
    return [row, row.inBFloat16([0, 1])]
  }
}
