import Inference
import StrictJSON

extension Answer {
  /// What `attune generate --json` prints of an answer.
  var json: JSONValue { .members(members) }

  fileprivate var members: [(key: String, value: JSONValue)] {
    [
      ("prompt", .string(prompt)), ("completion", .string(completion)),
      ("ids", .array(ids.map { .integer($0) })), ("tokens_per_second", .double(tokensPerSecond)),
    ]
  }
}

extension Candidates {
  /// The best answer as `generate` prints one, with its score; and all of them where they are asked for.
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
}
