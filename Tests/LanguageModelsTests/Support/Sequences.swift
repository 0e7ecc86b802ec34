import Autodiff
import LanguageModels
import Tensors

/// Sequences of uneven lengths that repeat on every call; ids below 32.
func sequences(_ lengths: [Int]) -> [[Int32]] {
  var stream = RandomStream(seed: 5, purpose: "sequences")
  return lengths.map { length in (0..<length).map { _ in Int32(stream.next() % 32) } }
}

extension LanguageModel {
  /// The sum of the losses of all tokens but each sequence's first.
  func lossSum(_ sequences: [[Int32]]) -> Variable {
    let layout = SequenceLayout(sequences)
    let rows = layout.spans.flatMap { Array($0.queries.dropLast()) }
    return losses(states(layout), rows: rows, targets: sequences.flatMap { $0.dropFirst() }).losses.sum()
  }

  /// The gradients of ``lossSum(_:)`` by name, added up over several calls; the parameters keep none.
  func gradients(_ batches: [[[Int32]]]) -> (loss: Double, gradients: [String: [Float]]) {
    var loss = 0.0
    for batch in batches {
      let sum = lossSum(batch)
      sum.backward()
      loss += Double(sum.scalar)
    }
    var gradients: [String: [Float]] = [:]
    for (name, variable) in parameters {
      gradients[name] = variable.gradient?.array
      variable.clearGradient()
    }
    return (loss, gradients)
  }
}

/// The norm of the difference by the norm of what was expected.
func relativeDifference(_ found: [Float], _ expected: [Float]) -> Double {
  func norm(_ values: some Sequence<Double>) -> Double { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }
  guard found.count == expected.count else { return .infinity }
  return norm(zip(found, expected).lazy.map { Double($0) - Double($1) })
    / max(norm(expected.lazy.map(Double.init)), .leastNormalMagnitude)
}
