import Autodiff
import Foundation
import Tensors
import Testing

/// Attention by its definition, one query of one head at a time.
func attentionReference(
  _ q: [Double], _ k: [Double], _ v: [Double], heads: Int, keyHeads: Int, width: Int, window: Int?,
  spans: [AttentionSpan]
) -> [Double] {
  var output = [Double](repeating: 0, count: q.count)
  for span in spans {
    for (index, row) in span.queries.enumerated() {
      let own = span.keys.prefix(span.keys.count - span.queries.count + index + 1)
      let visible = (span.context.flatMap { Array($0) } + Array(own)).suffix(window ?? .max)
      for head in 0..<heads {
        let query = (row * heads + head) * width
        let starts = visible.map { ($0 * keyHeads + head * keyHeads / heads) * width }
        let scores = starts.map { start in
          (0..<width).reduce(0) { $0 + q[query + $1] * k[start + $1] } / Double(width).squareRoot()
        }
        for (probability, start) in zip(softmaxReference(scores), starts) {
          for i in 0..<width { output[query + i] += probability * v[start + i] }
        }
      }
    }
  }
  return output
}

private struct AttentionCase {
  var label: String
  var heads = 1
  var keyHeads = 1
  var width = 16
  var window: Int?
  /// Key rows; no query sees those after the last span.
  var keys: Int
  let spans: [AttentionSpan]
  /// Large scores make the running maximum jump from block to block.
  var deviation = 1.0
  var value = 2e-6
  var gradient = 4e-6

  var row: InventoryRow {
    let queries = spans.map(\.queries.upperBound).max() ?? 0
    return InventoryRow(
      label,
      [
        normal([queries, heads * width], "q", deviation: deviation), normal([keys, keyHeads * width], "k"),
        normal([keys, keyHeads * width], "v"),
      ], value: value, gradient: gradient, samples: 3,
      forward: { attention($0[0], $0[1], $0[2], headWidth: width, window: window, spans: spans) },
      reference: {
        attentionReference(
          $0[0], $0[1], $0[2], heads: heads, keyHeads: keyHeads, width: width, window: window, spans: spans)
      })
  }

  /// The same where a query sees so many keys.
  func seeing(_ window: Int) -> Self {
    var copy = self
    copy.label += ", a window of \(window)"
    copy.window = window
    return copy
  }

  /// One sequence.
  static func causal(_ length: Int, heads: Int = 1, keyHeads: Int = 1, width: Int = 16) -> Self {
    AttentionCase(
      label: "\(length) tokens, \(heads)/\(keyHeads) heads of \(width)", heads: heads, keyHeads: keyHeads, width: width,
      keys: length, spans: [AttentionSpan(sequence: 0..<length)])
  }
}

var attentionRows: [InventoryRow] {
  let lengths = [1, 63, 64, 65, 129, 300].map { AttentionCase.causal($0) }
  let groups = [(2, 2), (4, 2), (3, 1), (6, 2)].map { AttentionCase.causal(70, heads: $0, keyHeads: $1) }
  let widths = [7, 24, 32, 64, 80, 100, 128].map { AttentionCase.causal(40, heads: 2, keyHeads: 1, width: $0) }
  let packed = AttentionCase(
    label: "packed sequences", heads: 2, keyHeads: 1, keys: 200,
    spans: [0..<5, 5..<70, 70..<71, 71..<200].map(AttentionSpan.init(sequence:)))
  let cached = [(1, 200), (3, 130), (70, 200)].map { queries, keys in
    AttentionCase(
      label: "\(queries) queries at the end of \(keys) keys", heads: 3, keyHeads: 1, keys: keys,
      spans: [AttentionSpan(queries: 0..<queries, keys: 0..<keys)])
  }
  let sharedPrompt = AttentionCase(
    label: "two answers to one prompt", heads: 2, keyHeads: 1, keys: 230,
    spans: [
      AttentionSpan(sequence: 0..<140), AttentionSpan(queries: 140..<210, keys: 140..<210, context: [0..<140]),
      AttentionSpan(queries: 210..<230, keys: 210..<230, context: [0..<140]),
    ])
  let prefix = AttentionCase(
    label: "a prefix before two sequences", heads: 4, keyHeads: 2, keys: 85,
    spans: [
      AttentionSpan(queries: 0..<40, keys: 10..<50, context: [0..<10]),
      AttentionSpan(queries: 40..<75, keys: 50..<85, context: [0..<10]),
    ])
  let manyAnswers = AttentionCase(
    label: "nine answers to one prompt", heads: 2, keyHeads: 2, keys: 286,
    spans: [AttentionSpan(sequence: 0..<70)]
      + (0..<9).map {
        AttentionSpan(queries: 70 + 24 * $0..<94 + 24 * $0, keys: 70 + 24 * $0..<94 + 24 * $0, context: [0..<70])
      })
  let long = AttentionCase.causal(1100, width: 8).seeing(200)
  let unseen = AttentionCase(
    label: "keys that no query sees", keys: 100,
    spans: [AttentionSpan(queries: 0..<20, keys: 15..<35), AttentionSpan(queries: 20..<30, keys: 40..<50)])
  let windows =
    [2, 16, 127, 128, 129, 299, 300, .max].map { AttentionCase.causal(300).seeing($0) }
    + [groups[3].seeing(16), packed.seeing(10), sharedPrompt.seeing(16), sharedPrompt.seeing(150), prefix.seeing(8)]
    + cached.map { $0.seeing(20) }
  let single = lengths + groups + widths + cached + [packed, sharedPrompt, manyAnswers, prefix, unseen, long] + windows
  // Scores of some 30 are rounded by 2e-6, and so the probabilities.
  var steep = AttentionCase.causal(280, heads: 2)
  (steep.deviation, steep.value, steep.gradient) = (8, 1e-5, 4e-5)
  // The probabilities are rounded as well as the result.
  let inBFloat16 = [
    groups[3], widths[0], widths[3], cached[0], cached[1], sharedPrompt, manyAnswers, prefix, groups[3].seeing(16),
    sharedPrompt.seeing(150),
  ].map {
    $0.row.inBFloat16([0, 1, 2], value: 8e-3, gradient: 2e-2)
  }
  return (single + [steep]).map(\.row) + inBFloat16
}

@Suite("Attention")
struct AttentionTests {
  private func leaves(_ queries: Int, _ keys: Int) -> [Variable] {
    [normal([queries, 64], "q"), normal([keys, 32], "k"), normal([keys, 32], "v")].map {
      Variable($0, requiresGradient: true)
    }
  }

  private func gradients(_ inputs: [Variable]) -> [[Double]] { inputs.map { ($0.gradient ?? .zeros([0])).doubles } }

  @Test("Keys that no query sees get a gradient of exactly zero")
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

  @Test("In a window of one key, a token sees itself alone")
  func windowOfOne() {
    let inputs = leaves(150, 150)
    let y = attention(
      inputs[0], inputs[1], inputs[2], headWidth: 16, window: 1, spans: [AttentionSpan(sequence: 0..<150)])
    for head in 0..<4 {
      let expected = inputs[2].value.doubles
      for row in 0..<150 {
        let own = (row * 32 + head / 2 * 16)..<(row * 32 + head / 2 * 16 + 16)
        let found = y.value.array[(row * 64 + head * 16)..<(row * 64 + head * 16 + 16)]
        #expect(zip(found, expected[own]).allSatisfy { abs(Double($0) - $1) < 1e-6 })
      }
    }
  }

  @Test(
    "Every set of kernels computes the same attention, with the same bits for any number of threads",
    arguments: [ElementType.float32, .bfloat16])
  func kernelSets(_ type: ElementType) {
    let spans =
      [AttentionSpan(sequence: 0..<150), AttentionSpan(queries: 150..<152, keys: 150..<152, context: [0..<150])]
      + [AttentionSpan(queries: 152..<400, keys: 152..<400, context: [0..<150])]
    func run(_ set: KernelSet, threads: Int) -> [[Double]] {
      KernelSet.$taskSet.withValue(set) {
        Threads.$taskCount.withValue(threads) {
          let inputs = [normal([400, 40], "q"), normal([400, 20], "k"), normal([400, 20], "v")].map {
            Variable($0.cast(to: type), requiresGradient: true)
          }
          let y = attention(inputs[0], inputs[1], inputs[2], headWidth: 10, window: 170, spans: spans)
          y.backward(normal([400, 40], "upstream").cast(to: type))
          return [y.value.doubles] + gradients(inputs)
        }
      }
    }
    let available = KernelSet.all.filter(\.isAvailable)
    let expected = run(available[available.count - 1], threads: 1)
    for set in available {
      let found = run(set, threads: 1)
      for (values, reference) in zip(found, expected) {
        #expect(relativeError(values.map(Float.init), reference) < (type == .float32 ? 4e-6 : 2e-2), "\(set.name)")
      }
      for threads in [2, 3, 5, 8] { #expect(run(set, threads: threads) == found, "\(set.name), \(threads) threads") }
    }
  }

  @Test("A score that is NaN is not hidden")
  func notANumber() {
    var q = normal([3, 16])
    q[16] = .nan
    let (k, v) = (Variable(normal([3, 16], "k")), Variable(normal([3, 16], "v")))
    let y = attention(Variable(q), k, v, headWidth: 16, spans: [AttentionSpan(sequence: 0..<3)]).value
    for row in 0..<3 { #expect(y.rows(row..<row + 1).array.allSatisfy { $0.isNaN == (row == 1) }) }
  }
}
