import Autodiff
import Foundation
import Tensors

/// A single element, parts of vectors, whole vectors, and more than one thread's share with a rest.
let elementShapes: [Shape] = [[1], [3, 5], [4, 16], [33, 48], [130, 257]]

/// Rows for a function of one element, in float32 and bfloat16, over numbers of both signs up to about ±12.
func unaryRows(
  bfloat16: Bool = true, value: Double = 1e-6, gradient: Double = 2e-6, _ forward: @escaping (Variable) -> Variable,
  _ reference: @escaping (Double) -> Double
) -> [InventoryRow] {
  elementShapes.flatMap { shape in
    let input = Tensor(awayFromZero(shape).array.map { 3 * $0 }, shape)
    let row = InventoryRow(
      "\(shape)", [input], value: value, gradient: gradient, forward: { forward($0[0]) },
      reference: { $0[0].map(reference) })
    return bfloat16 ? [row, row.inBFloat16([0])] : [row]
  }
}

/// Rows for a function of two tensors of one shape, in float32 and bfloat16.
func binaryRows(
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

/// `1 / (1 + e^-x)`.
func logistic(_ x: Double) -> Double { 1 / (1 + Foundation.exp(-x)) }
