import InstructionData
import StrictJSON

/// Several answers to one prompt, with the scores that somebody gave them.
struct Candidates {
  let question: Question
  let answers: [Answer]
  /// A score each.
  var scores: [Double] = []

  /// The answer with the highest score, the first of equal ones.
  var best: (answer: Answer, score: Double)? {
    zip(answers, scores).reduce(nil) { best, next in
      if let best, !(next.1 > best.score) { return best }
      return (next.0, next.1)
    }
  }

  /// The mean score.
  var meanScore: Double { scores.reduce(0, +) / Double(max(1, scores.count)) }

  /// The best answer as `generate` gives one, with its score; and all of them where they are asked for.
  func json(withAll: Bool) -> JSONValue {
    guard let best else { return .null }
    var members = best.answer.members + [("score", .double(best.score)), ("mean_score", .double(meanScore))]
    if withAll {
      let all = zip(answers, scores).map { answer, score -> JSONValue in
        [
          "completion": .string(answer.completion), "ids": .array(answer.ids.map { .integer($0) }),
          "score": .double(score),
        ]
      }
      members.append(("candidates", .array(all)))
    }
    return .members(members)
  }

  /// The best answer as a record to train on; nil where it was cut off before its end.
  var record: JSONValue? {
    guard let best = best?.answer, best.isWhole else { return nil }
    if question.messages.isEmpty, !question.isText {
      let ids = question.tokens + best.ids
      return ["ids": .array(ids.map { .integer($0) }), "prompt_len": .integer(question.tokens.count)]
    }
    if question.messages.count < 2 {
      return ["prompt": .string(question.text), "completion": .string(best.completion)]
    }
    let turns = question.messages.map { ($0.role.rawValue, $0.text) } + [("assistant", best.completion)]
    return ["messages": .array(turns.map { ["role": .string($0.0), "content": .string($0.1)] })]
  }
}
