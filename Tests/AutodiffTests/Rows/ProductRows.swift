import Autodiff
import Tensors

/// `a b` for `[m, k]` and `[k, n]`.
func productReference(_ a: [Double], _ b: [Double], m: Int, k: Int, n: Int) -> [Double] {
  var c = [Double](repeating: 0, count: m * n)
  for row in 0..<m {
    for inner in 0..<k {
      let factor = a[row * k + inner]
      for column in 0..<n { c[row * n + column] += factor * b[inner * n + column] }
    }
  }
  return c
}

/// `x wᵀ` for `[rows, inputs]` and `[outputs, inputs]`.
func linearReference(_ x: [Double], _ w: [Double], rows: Int, inputs: Int, outputs: Int) -> [Double] {
  var y = [Double](repeating: 0, count: rows * outputs)
  for row in 0..<rows {
    for output in 0..<outputs {
      var sum = 0.0
      for inner in 0..<inputs { sum += x[row * inputs + inner] * w[output * inputs + inner] }
      y[row * outputs + output] = sum
    }
  }
  return y
}

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

/// One row and four rows are generation's; a bfloat16 weight under float32 activations is a frozen one as it is stored.
var linearRows: [InventoryRow] {
  [(1, 1, 1), (1, 70, 33), (4, 48, 37), (5, 16, 3), (130, 65, 40)].flatMap { rows, inputs, outputs in
    let (x, w) = (normal([rows, inputs]), normal([outputs, inputs], "w"))
    let row = InventoryRow("\(rows)×\(inputs)×\(outputs)", [x, w], value: 2e-6, gradient: 4e-6, samples: 6) {
      linear($0[0], $0[1])
    } reference: {
      linearReference($0[0], $0[1], rows: rows, inputs: inputs, outputs: outputs)
    }
    let biased = InventoryRow(
      "\(rows)×\(inputs)×\(outputs), bias", [x, w, normal([outputs], "bias")], value: 2e-6, gradient: 4e-6, samples: 6
    ) {
      linear($0[0], $0[1], bias: $0[2])
    } reference: { x in
      linearReference(x[0], x[1], rows: rows, inputs: inputs, outputs: outputs).enumerated().map {
        $1 + x[2][$0 % outputs]
      }
    }
    // The product is rounded before the bias is added, and the sum again.
    return [
      row, row.inBFloat16([0, 1]), row.inBFloat16([1], value: 2e-6), biased, biased.inBFloat16([0, 1], value: 8e-3),
    ]
  }
}
