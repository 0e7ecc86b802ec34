import Tensors
import Testing

/// Matrices with their products in float64.
enum ProductReference {
  struct Size: CustomTestStringConvertible {
    let m, n, k: Int
    var testDescription: String { "\(m)×\(k) by \(k)×\(n)" }
  }

  /// A matrix to be read as `[rows, columns]`, stored as it is or transposed.
  static func matrix(_ rows: Int, _ columns: Int, transposed: Bool, _ type: ElementType, _ label: String) -> (
    operand: MatrixOperand, values: [Double]
  ) {
    var random = RandomStream(seed: UInt64(rows * 1000 + columns), purpose: label)
    let stored = random.normalTensor(transposed ? [columns, rows] : [rows, columns], deviation: 1).cast(to: type)
    let numbers = stored.array.map(Double.init)
    let values = (0..<rows * columns).map { index in
      let (row, column) = index.quotientAndRemainder(dividingBy: columns)
      return transposed ? numbers[column * rows + row] : numbers[index]
    }
    return (MatrixOperand(stored, transposed: transposed), values)
  }

  static func product(_ a: [Double], _ b: [Double], _ size: Size) -> [Double] {
    var c = [Double](repeating: 0, count: size.m * size.n)
    for row in 0..<size.m {
      for inner in 0..<size.k {
        for column in 0..<size.n { c[row * size.n + column] += a[row * size.k + inner] * b[inner * size.n + column] }
      }
    }
    return c
  }

  /// The largest error relative to √k, the typical size of an element.
  static func error(_ found: [Float], _ expected: [Double], _ size: Size) -> Double {
    (zip(found, expected).map { abs(Double($0) - $1) }.max() ?? 0) / Double(size.k).squareRoot()
  }

  /// What rounding leaves of a sum of k terms grows as k where they are added one by one: beside √k, as √k. 2e-6 is for
  /// the 129 terms of the sizes above.
  static func longSum(_ k: Int) -> Double { 2e-6 * max(1, Double(k) / 129).squareRoot() }
}
