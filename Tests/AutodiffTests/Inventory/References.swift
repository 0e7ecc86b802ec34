import Foundation

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

/// `e^x / Σ e^x`.
func softmaxReference(_ x: [Double]) -> [Double] {
  let largest = x.max() ?? 0
  let powers = x.map { exp($0 - largest) }
  let sum = powers.reduce(0, +)
  return powers.map { $0 / sum }
}
