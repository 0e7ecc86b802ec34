import Tensors
import Testing

@Suite("Pieces of attention")
struct AttentionPlanTests {
  private func geometry(heads: Int, keyHeads: Int) -> AttentionGeometry {
    AttentionGeometry([1, heads * 64], [1, keyHeads * 64], [1, keyHeads * 64], 64)
  }

  @Test("Pieces of one round share neither queries nor keys, and all that is seen is in some piece")
  func rounds() {
    let answers = (0..<6).map { 600 + 50 * $0..<650 + 50 * $0 }
    let spans =
      [AttentionSpan(sequence: 0..<600)] + answers.map { AttentionSpan(queries: $0, keys: $0, context: [0..<600]) }
      + [AttentionSpan(sequence: 900..<2400)]
    let plan = AttentionPlan(backward: geometry(heads: 2, keyHeads: 1), spans)
    for round in plan.rounds {
      #expect(Set(round.map(\.queries)).count == round.count)
      #expect(Set(round.map(\.keys)).count == round.count)
    }
    var computed: [Set<Int>] = Array(repeating: [], count: 2400)
    for piece in plan.rounds.joined() {
      for row in plan.queries[piece.queries].parts.flatMap(\.rows) {
        for key in plan.keys[piece.keys] { #expect(computed[row].insert(key).inserted) }
      }
    }
    for span in spans {
      for row in span.queries {
        #expect(computed[row].isSuperset(of: span.context.flatMap { $0 } + span.keys.prefix { $0 <= row }))
      }
    }
  }

  @Test("There are at least 64 pieces at a time for four sequences of 512 tokens", arguments: [12, 4])
  func enoughPieces(_ keyHeads: Int) {
    let (geometry, spans) = (
      geometry(heads: 12, keyHeads: keyHeads), (0..<4).map { AttentionSpan(sequence: $0 * 512..<($0 + 1) * 512) }
    )
    #expect(AttentionPlan(forward: geometry, spans).queries.count * keyHeads >= 64)
    for round in AttentionPlan(backward: geometry, spans).rounds { #expect(round.count * keyHeads >= 64) }
  }

  @Test("A long sequence with two key heads is cut into many pieces")
  func longSequence() {
    let geometry = geometry(heads: 14, keyHeads: 2)
    let spans = [AttentionSpan(sequence: 0..<16_384)]
    #expect(AttentionPlan(forward: geometry, spans).queries.count * 2 >= 64)
    let rounds = AttentionPlan(backward: geometry, spans).rounds
    #expect(rounds.reduce(0) { $0 + $1.count } * 2 / rounds.count >= 64)
  }

  @Test("The pieces of a sequence and their order do not depend on other sequences")
  func independence() {
    let geometry = geometry(heads: 2, keyHeads: 2)
    let alone = AttentionPlan(backward: geometry, [AttentionSpan(sequence: 0..<700)])
    let beside = AttentionPlan(
      backward: geometry, [AttentionSpan(sequence: 0..<700), AttentionSpan(sequence: 700..<1900)])
    let own = beside.rounds.map { $0.filter { beside.keys[$0.keys].upperBound <= 700 } }.filter { !$0.isEmpty }
    #expect(own.map { $0.map(\.queries) } == alone.rounds.map { $0.map(\.queries) })
    #expect(own.map { $0.map(\.keys) } == alone.rounds.map { $0.map(\.keys) })
  }
}
