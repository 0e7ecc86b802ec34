import Autodiff
import Foundation
import Tensors
import Testing

/// Rows that are left out, taken out of order and taken twice.
var crossEntropyRows: [InventoryRow] {
  [(3, 1, 2, [0]), (6, 5, 7, [5, 1, 1, 2]), (40, 33, 70, Array(stride(from: 39, to: 0, by: -3)))].flatMap {
    (tokens: Int, width: Int, vocabulary: Int, rows: [Int]) in
    let targets = rows.indices.map { Int32(($0 * 5 + 1) % vocabulary) }
    let row = InventoryRow(
      "\(rows.count) of \(tokens) rows, [\(vocabulary), \(width)]",
      [normal([tokens, width]), normal([vocabulary, width], "head")], samples: 6
    ) {
      crossEntropy($0[0], head: $0[1], rows: rows, targets: targets).losses
    } reference: { x in
      let logits = linearReference(x[0], x[1], rows: tokens, inputs: width, outputs: vocabulary)
      return zip(rows, targets).map { row, target in
        let z = logits[row * vocabulary..<(row + 1) * vocabulary]
        let largest = z.max() ?? 0
        return largest + log(z.reduce(0) { $0 + exp($1 - largest) }) - z[row * vocabulary + Int(target)]
      }
    }
    // The losses stay float32; the gradients of the logits are rounded, and so is each input's gradient.
    return [row, row.inBFloat16([0, 1], value: 1e-6, gradient: 1e-2)]
  }
}

@Suite("Head and cross-entropy in one")
struct CrossEntropyTests {
  private let rows = [7, 2, 3, 9, 0]
  private let targets: [Int32] = [4, 0, 11, 4, 2]
  private func hidden() -> Variable { Variable(normal([10, 24]), requiresGradient: true) }
  private func head() -> Variable { Variable(normal([12, 24], "head"), requiresGradient: true) }

  @Test("A sum's gradient, the same for every row, is that of the rows one by one")
  func uniformUpstream() {
    let (hidden, head) = (hidden(), head())
    (0.25 * crossEntropy(hidden, head: head, rows: rows, targets: targets).losses.sum()).backward()
    let (hidden2, head2) = (self.hidden(), self.head())
    for (row, target) in zip(rows, targets) {
      crossEntropy(hidden2, head: head2, rows: [row], targets: [target]).losses.backward(Tensor([0.25]))
    }
    #expect(relativeError(hidden.gradient?.array ?? [], (hidden2.gradient ?? .zeros([0])).doubles) < 1e-6)
    #expect(relativeError(head.gradient?.array ?? [], (head2.gradient ?? .zeros([0])).doubles) < 2e-6)
  }

  @Test(
    "Logits that are a sum of products are those of one wide product",
    arguments: [[1, 1, 1, 1, 1], [1, -2, 0, 0.5, 3]])
  func parts(upstream: [Float]) {
    // The head's columns in two parts: 24 = 20 + 4.
    let (hidden, head) = (hidden(), head())
    let wide = crossEntropy(hidden, head: head, rows: rows, targets: targets)
    wide.losses.backward(Tensor(upstream))
    func columns(_ range: Range<Int>, of all: Variable) -> Variable {
      withoutGradients { all.transposed().selectingRows(Array(range)).transposed() }
    }
    let split = [0..<20, 20..<24].map { range in
      LogitPart(
        states: Variable(columns(range, of: hidden).value.copy(), requiresGradient: true),
        weight: Variable(columns(range, of: head).value.copy(), requiresGradient: true))
    }
    let sum = crossEntropy(split, rows: rows, targets: targets)
    sum.losses.backward(Tensor(upstream))
    #expect(relativeError(sum.losses.value.array, wide.losses.value.doubles) < 1e-6)
    #expect(sum.hits == wide.hits)
    for (part, range) in zip(split, [0..<20, 20..<24]) {
      for (one, all) in [(part.states, hidden), (part.weight, head)] {
        let expected = columns(range, of: Variable(all.gradient ?? .zeros([0]))).value
        #expect(relativeError(one.gradient?.array ?? [], expected.doubles) < 2e-6)
      }
    }
  }

  @Test("Expected upstream gradients, a multiple of them, and others give what they give unexpectedly")
  func expectedUpstream() {
    let weights: [Float] = [1, 2, 4, 1, 0]
    for upstream in [weights, weights.map { -0.5 * $0 }, [1, 1, 1, 1, 1], [0, 2, 4, 1, 0]] {
      func gradients(expecting weights: [Float]?) -> [[Float]] {
        let (hidden, head) = (hidden(), head())
        let part = LogitPart(states: hidden, weight: head)
        crossEntropy([part], rows: rows, targets: targets, expecting: weights).losses.backward(Tensor(upstream))
        return [hidden, head].map { $0.gradient?.array ?? [] }
      }
      for (found, expected) in zip(gradients(expecting: weights), gradients(expecting: nil)) {
        #expect(relativeError(found, expected.map(Double.init)) < 2e-6)
      }
    }
  }

  @Test("Unequal upstream gradients of rows equal their rows one by one")
  func unequalUpstream() {
    let weights: [Float] = [1, -2, 0, 0.5, 3]
    let (hidden, head) = (hidden(), head())
    crossEntropy(hidden, head: head, rows: rows, targets: targets).losses.backward(Tensor(weights))
    let (hidden2, head2) = (self.hidden(), self.head())
    for ((row, target), weight) in zip(zip(rows, targets), weights) {
      crossEntropy(hidden2, head: head2, rows: [row], targets: [target]).losses.backward(Tensor([weight]))
    }
    #expect(relativeError(hidden.gradient?.array ?? [], (hidden2.gradient ?? .zeros([0])).doubles) < 1e-6)
    #expect(relativeError(head.gradient?.array ?? [], (head2.gradient ?? .zeros([0])).doubles) < 2e-6)
  }

  @Test("A tied embedding gets the gradient of both its uses")
  func tied() {
    let ids: [Int32] = [3, 1, 4, 1, 5, 9, 2, 6]
    func train(_ table: Variable, _ head: Variable) {
      let states = embedding(table, ids)
      crossEntropy(states, head: head, rows: Array(0..<7), targets: Array(ids[1...])).losses.sum().backward()
    }
    let tied = head()
    train(tied, tied)
    let (table, separate) = (head(), head())
    train(table, separate)
    let sum = zip((table.gradient ?? .zeros([0])).doubles, (separate.gradient ?? .zeros([0])).doubles).map(+)
    #expect(sum.count == 12 * 24)
    #expect(relativeError(tied.gradient?.array ?? [], sum) < 1e-6)
  }

  @Test("A hit is the most likely token, the first among equals")
  func hits() {
    // Logits of the rows are the head's columns: 1, 3, 3 and 2, 0, 1.
    let head = Variable(Tensor([1, 2, 3, 0, 3, 1], [3, 2]))
    let hidden = Variable(Tensor([1, 0, 0, 1], [2, 2]))
    let result = crossEntropy(hidden, head: head, rows: [0, 0, 0, 1, 1], targets: [0, 1, 2, 0, 2])
    #expect(result.hits == [false, true, false, true, false])
  }

  @Test("No row costs nothing and gives nothing")
  func noRows() {
    let (hidden, head) = (hidden(), head())
    let result = crossEntropy(hidden, head: head, rows: [], targets: [])
    result.losses.sum().backward()
    #expect(result.losses.value.array.isEmpty && result.hits.isEmpty)
    for gradient in [hidden.gradient, head.gradient].compactMap({ $0 }) {
      #expect(gradient.array.allSatisfy { $0 == 0 })
    }
  }

  @Test(
    "A large vocabulary is split in several chunks of rows: the same as the chunks alone", arguments: [true, false])
  func chunks(uniform: Bool) {
    // 64 rows of 262144 logits fill a chunk.
    let (vocabulary, width, count) = (1 << 18, 3, 70)
    let targets = (0..<count).map { Int32($0 * 3001) }
    let upstream = Tensor((0..<count).map { uniform ? 0.5 : Float($0 % 5) }, [count])
    let (states, weights) = (normal([count, width]), normal([vocabulary, width], "head"))
    let (hidden, head) = (
      Variable(states, requiresGradient: true), Variable(weights, requiresGradient: true)
    )
    let whole = crossEntropy(hidden, head: head, rows: Array(0..<count), targets: targets)
    whole.losses.backward(upstream)
    let (hidden2, head2) = (
      Variable(states, requiresGradient: true), Variable(weights, requiresGradient: true)
    )
    var losses: [Float] = []
    var hits: [Bool] = []
    for part in [0..<50, 50..<count] {
      let result = crossEntropy(hidden2, head: head2, rows: Array(part), targets: Array(targets[part]))
      result.losses.backward(upstream.rows(part))
      losses += result.losses.value.array
      hits += result.hits
    }
    #expect(relativeError(whole.losses.value.array, losses.map(Double.init)) < 1e-6)
    #expect(whole.hits == hits)
    #expect(relativeError(hidden.gradient?.array ?? [], (hidden2.gradient ?? .zeros([0])).doubles) < 4e-6)
    #expect(relativeError(head.gradient?.array ?? [], (head2.gradient ?? .zeros([0])).doubles) < 4e-6)
  }

  @Test("NaN in the logits gives NaN in the losses")
  func notANumber() {
    let states = Tensor([1, .nan, 1, 1], [2, 2])
    let losses = crossEntropy(
      Variable(states), head: Variable(normal([5, 2])), rows: [0, 1], targets: [1, 1]
    ).losses.value.array
    #expect(losses[0].isNaN && losses[1].isFinite)
  }
}
