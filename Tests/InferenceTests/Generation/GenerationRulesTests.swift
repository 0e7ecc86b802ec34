import Inference
import Testing

@Suite("Where sequences end")
struct GenerationRulesTests {
  @Test("the stop rule ends a sequence at any of its tokens, which are no part of it")
  func stop() {
    let rule = StopRule([2, 7])
    #expect(rule.ends(at: 7) && !rule.ends(at: 3) && !StopRule.never.ends(at: 2))
    #expect(rule.withoutEnd([5, 2, 7]) == [5, 2])
    #expect(rule.withoutEnd([5, 2, 3]) == [5, 2, 3])
    #expect(rule.withoutEnd([]) == [])
  }

  @Test("prompt and answer share the model's positions")
  func length() throws {
    let rule = LengthRule(try smallConfiguration(["max_position_embeddings": 40]))
    #expect(rule.room(after: 30) == 10 && rule.room(after: 40) == 0 && rule.room(after: 50) == 0)
    #expect(rule.limit(8, after: 30) == 8 && rule.limit(11, after: 30) == 10 && rule.limit(.max, after: 41) == 0)
  }
}
