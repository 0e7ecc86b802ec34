import InstructionData
import StrictJSON

/// Several answers to one question, with their scores.
public struct Candidates: Sendable {
  /// What was asked.
  public let question: Question
  /// The answers, in the order in which they were sampled.
  public let answers: [Answer]
  /// A score for each answer.
  public internal(set) var scores: [Double] = []

  /// The answer with the highest score, the first of equal ones.
  public var best: (answer: Answer, score: Double)? {
    zip(answers, scores).reduce(nil) { best, next in
      if let best, !(next.1 > best.score) { return best }
      return (next.0, next.1)
    }
  }

  /// The mean score.
  public var meanScore: Double { scores.reduce(0, +) / Double(max(1, scores.count)) }

  /// The best answer as a record to train on; nil where it was cut off before its end.
  public var record: JSONValue? {
    guard let best = best?.answer, best.isComplete else { return nil }
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

extension [Candidates] {
  /// Gives every answer its score, in their order.
  mutating func take(scores: [Double]) {
    var next = 0
    for index in indices {
      let count = self[index].answers.count
      self[index].scores = Array<Double>(scores[next..<next + count])
      next += count
    }
  }
}
