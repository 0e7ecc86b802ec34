import Autodiff
import Tensors
import Testing

@Suite("Attention")
struct AttentionTests {
  private func leaves(_ queries: Int, _ keys: Int) -> [Variable] {
    [normal([queries, 64], "q"), normal([keys, 32], "k"), normal([keys, 32], "v")].map {
      Variable($0, requiresGradient: true)
    }
  }

  private func gradients(_ inputs: [Variable]) -> [[Double]] { inputs.map { ($0.gradient ?? .zeros([0])).doubles } }

  @Test("Keys that nobody sees get a gradient of exactly zero")
  func unseenKeys() {
    let inputs = leaves(20, 100)
    attention(
      inputs[0], inputs[1], inputs[2], headWidth: 16, spans: [AttentionSpan(queries: 0..<20, keys: 30..<50)]
    ).backward(normal([20, 64], "upstream"))
    for gradient in gradients(inputs)[1...] {
      #expect(gradient[..<(30 * 32)].allSatisfy { $0 == 0 } && gradient[(50 * 32)...].allSatisfy { $0 == 0 })
      #expect(gradient[(30 * 32)..<(50 * 32)].allSatisfy { $0 != 0 })
    }
  }

  @Test("Packed sequences equal the sequences alone, bit for bit")
  func packed() {
    let inputs = leaves(150, 150)
    let upstream = normal([150, 64], "upstream")
    let ranges = [0..<40, 40..<150]
    let whole = attention(
      inputs[0], inputs[1], inputs[2], headWidth: 16, spans: ranges.map(AttentionSpan.init(sequence:)))
    whole.backward(upstream)
    for range in ranges {
      let parts = inputs.map { Variable($0.value.rows(range).copy(), requiresGradient: true) }
      let part = attention(
        parts[0], parts[1], parts[2], headWidth: 16, spans: [AttentionSpan(sequence: 0..<range.count)])
      part.backward(upstream.rows(range))
      #expect(part.value.array == whole.value.rows(range).array)
      for (input, alone) in zip(inputs, parts) {
        #expect(alone.gradient?.array == input.gradient?.rows(range).array)
      }
    }
  }

  @Test("One token at a time with a cache gives the rows of the whole sequence")
  func cached() {
    let inputs = leaves(140, 140)
    let whole = attention(
      inputs[0], inputs[1], inputs[2], headWidth: 16, spans: [AttentionSpan(sequence: 0..<140)])
    for token in [0, 1, 63, 64, 127, 128, 139] {
      let query = Variable(inputs[0].value.rows(token..<token + 1))
      let row = attention(
        query, inputs[1], inputs[2], headWidth: 16, spans: [AttentionSpan(queries: 0..<1, keys: 0..<token + 1)])
      #expect(relativeError(row.value.array, whole.value.rows(token..<token + 1).doubles) < 1e-6)
    }
  }

  @Test("A shared prompt equals the prompt repeated before each answer, forward and backward")
  func sharedPrompt() {
    let (prompt, answers) = (70, [70..<100, 100..<111])
    let shared = leaves(111, 111)
    let upstream = normal([111, 64], "upstream")
    let spans =
      [AttentionSpan(sequence: 0..<prompt)]
      + answers.map { AttentionSpan(queries: $0, keys: $0, context: [0..<prompt]) }
    let together = attention(shared[0], shared[1], shared[2], headWidth: 16, spans: spans)
    together.backward(upstream)
    // The prompt alone, then each answer as the end of a sequence of its own, reading the prompt's keys.
    let separate = leaves(111, 111)
    var rows: [Float] = []
    let parts = [(0..<prompt, [0..<prompt])] + answers.map { ($0, [0..<prompt, $0]) }
    for (queries, keys) in parts {
      let indices = keys.flatMap { Array($0) }
      let part = attention(
        separate[0].selectingRows(Array(queries)), separate[1].selectingRows(indices),
        separate[2].selectingRows(indices), headWidth: 16,
        spans: [AttentionSpan(queries: 0..<queries.count, keys: 0..<indices.count)])
      part.backward(upstream.rows(queries))
      rows += part.value.array
    }
    #expect(relativeError(together.value.array, rows.map(Double.init)) < 1e-6)
    for (found, expected) in zip(shared, gradients(separate)) {
      #expect(relativeError(found.gradient?.array ?? [], expected) < 4e-6)
    }
  }

  @Test("A score that is not a number is not hidden")
  func notANumber() {
    let q = normal([3, 16])
    q.floats[16] = .nan
    let (k, v) = (Variable(normal([3, 16], "k")), Variable(normal([3, 16], "v")))
    let y = attention(Variable(q), k, v, headWidth: 16, spans: [AttentionSpan(sequence: 0..<3)]).value
    for row in 0..<3 { #expect(y.rows(row..<row + 1).array.allSatisfy { $0.isNaN == (row == 1) }) }
  }
}
