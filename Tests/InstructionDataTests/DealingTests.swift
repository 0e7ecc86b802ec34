import InstructionData
import Testing

/// How a step's examples are dealt into micro-batches where some of them start alike.
@Suite struct DealingTests {
  /// A step of one-source examples; each has a family (0: none) and so many tokens after what the family shares.
  private func dealt(
    _ examples: [(family: Int, tokens: Int)], shared: Int, room: Int
  ) throws -> [[Int]] {
    let mixture = try Mixture(
      sources: [DataSource(path: "a.jsonl")], exampleCounts: [examples.count], shuffles: false, seed: 1)
    let plan = try BatchPlan(
      mixture: mixture, batchSize: examples.count, microBatchSize: room, length: .steps(1))
    let batch = try #require(Array(BatchSampler(plan)).first)
    let parts = batch.microBatches {
      examples[$0.index].tokens + shared
    } shared: { place in
      examples.indices.map {
        $0 != place && examples[place].family > 0 && examples[$0].family == examples[place].family ? shared : 0
      }
    }
    #expect(parts.count == batch.microBatches.count && parts.allSatisfy { 1...room ~= $0.count })
    #expect(parts.joined().map(\.index).sorted() == Array(examples.indices))
    return parts.map { $0.map(\.index) }
  }

  /// The tokens of each part, each family's shared ones once.
  private func tokens(_ parts: [[Int]], _ examples: [(family: Int, tokens: Int)], shared: Int) -> [Int] {
    parts.map { part in
      let families = Set(part.map { examples[$0].family }.filter { $0 > 0 }).count
      return part.reduce(0) { $0 + examples[$1].tokens }
        + shared * (families + part.count { examples[$0].family == 0 })
    }
  }

  @Test func familiesStayTogether() throws {
    let examples = (0..<16).map { (family: 1 + $0 % 2, tokens: 64) }
    let parts = try dealt(examples, shared: 512, room: 4)
    #expect(parts.allSatisfy { part in Set(part.map { $0 % 2 }).count == 1 })
    #expect(tokens(parts, examples, shared: 512) == [768, 768, 768, 768])
  }

  @Test func oneSystemPromptUnderAllIsNoReasonForUnevenParts() throws {
    let examples = (0..<32).map { (family: 1, tokens: 20 + $0 * 37 % 190) }
    let parts = try dealt(examples, shared: 512, room: 8)
    let tokens = tokens(parts, examples, shared: 512)
    #expect(microBatchFill(tokens) > 0.9, "\(tokens)")
    #expect(try dealt(examples, shared: 512, room: 8) == parts)
  }

  @Test func longAnswersAreDealtEvenlyRatherThanKeptTogether() throws {
    let examples = (0..<4).map { _ in (family: 1, tokens: 1000) } + (0..<4).map { _ in (family: 0, tokens: 10) }
    let parts = try dealt(examples, shared: 20, room: 4)
    #expect(parts.allSatisfy { part in part.count { $0 < 4 } == 2 })
  }

  @Test func withoutFamiliesTheLongestGoWhereThereAreFewestTokens() throws {
    let examples = (0..<13).map { (family: 0, tokens: 5 + $0 * 29 % 40) }
    let mixture = try Mixture(
      sources: [DataSource(path: "a.jsonl")], exampleCounts: [13], shuffles: false, seed: 1)
    let plan = try BatchPlan(mixture: mixture, batchSize: 13, microBatchSize: 4, length: .steps(1))
    let expected = try #require(Array(BatchSampler(plan)).first).microBatches { examples[$0.index].tokens }
    #expect(try dealt(examples, shared: 0, room: 4) == expected.map { $0.map(\.index) })
  }
}
