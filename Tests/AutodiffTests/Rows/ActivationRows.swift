import Autodiff
import Foundation
import Tensors

/// Rows for a function of one element, in float32 and bfloat16, over numbers of both signs up to about ±12.
private func unaryRows(
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

private func logistic(_ x: Double) -> Double { 1 / (1 + Foundation.exp(-x)) }

/// No input is so near to zero that a finite difference would step over the bend.
var reluRows: [InventoryRow] { unaryRows(relu) { max($0, 0) } }

var geluRows: [InventoryRow] {
  unaryRows(gelu) { x in x / 2 * Foundation.erfc(-x / 2.0.squareRoot()) }
}

var siluRows: [InventoryRow] { unaryRows(silu) { $0 * logistic($0) } }

var sigmoidRows: [InventoryRow] { unaryRows(sigmoid, logistic) }

var tanhRows: [InventoryRow] { unaryRows(Autodiff.tanh) { Foundation.tanh($0) } }

var expRows: [InventoryRow] { unaryRows(Autodiff.exp) { Foundation.exp($0) } }

/// For a few numbers in float32 only.
var logSigmoidRows: [InventoryRow] {
  unaryRows(bfloat16: false, logSigmoid) { min($0, 0) - log1p(Foundation.exp(-abs($0))) }
}

/// Of log-probabilities, so of negative numbers; for a few in float32 only.
var logOneMinusExpRows: [InventoryRow] {
  ([[1], [3, 5], [200]] as [Shape]).map { shape in
    InventoryRow("\(shape)", [Tensor(awayFromZero(shape).array.map { -abs(3 * $0) }, shape)]) {
      logOneMinusExp($0[0])
    } reference: {
      $0[0].map { log(-expm1($0)) }
    }
  }
}

var swiGLURows: [InventoryRow] {
  elementShapes.flatMap { shape in
    let row = InventoryRow("\(shape)", [normal(shape, "gate", deviation: 3), normal(shape, "up")]) {
      swiGLU($0[0], $0[1])
    } reference: {
      zip($0[0], $0[1]).map { gate, up in gate * logistic(gate) * up }
    }
    return [row, row.inBFloat16([0, 1])]
  }
}

/// Which elements stay is read off a tensor of ones; ``DropoutTests`` looks at how they are chosen.
var dropoutRows: [InventoryRow] {
  elementShapes.flatMap { shape in
    let factors = dropout(Variable(Tensor(repeating: 1, shape)), rate: 0.25, seed: 5).value.doubles
    let row = InventoryRow("\(shape)", [normal(shape)]) {
      dropout($0[0], rate: 0.25, seed: 5)
    } reference: {
      zip($0[0], factors).map(*)
    }
    return [row, row.inBFloat16([0])]
  }
}
