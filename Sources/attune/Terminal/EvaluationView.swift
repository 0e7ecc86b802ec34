import Inference
import InstructionData
import StrictJSON
import Training

/// Shows the progress of an evaluation.
final class EvaluationView {
  private let examples: Int
  private var line = ProgressLine()

  init(examples: Int) {
    self.examples = examples
  }

  func show(evaluated count: Int) { line.show("evaluated \(count) of \(examples) examples") }
  func show(answered count: Int) { line.show("answered \(count) of \(examples) prompts") }
  func finish() { line.finish() }
}

extension EvaluationReport {
  /// A row for each held-out set, and one for the total if there are several.
  func table(_ answers: [[AnswerComparison]]?) -> String {
    if total.isOfSingleScores { return tableOfSingleScores }
    var table = Table(
      columns: [
        .left("held out"), .right("examples"), .right("tokens"), .right("trained on"), .right("loss"),
        .right("perplexity"),
      ]
        + (total.preferences == nil
          ? [.right("next token right")]
          : [.right("chosen reward"), .right("rejected reward"), .right("margin"), .right("pairs right")])
        + (answers == nil ? [] : [.right("exact match")]) + [.right("tokens/s")])
    for (index, source) in sources.enumerated() { table.add(source.row(answers?[index])) }
    if sources.count > 1 { table.add(total.row(answers?.flatMap { $0 })) }
    return table.text
  }

  /// The total and each held-out set, with the answers if there are any.
  func json(_ data: DataSet<some TrainingExample>, _ answers: [[AnswerComparison]]?) -> JSONValue {
    var members = total.members(answers?.flatMap { $0 })
    let parts = sources.enumerated().map { index, source in
      JSONValue.members([("name", .string(source.name))] + source.members(answers?[index]))
    }
    members.append(("sources", .array(parts)))
    if total.areScores {
      let list = zip(data.sources, sources).flatMap { source, result in
        zip(source.examples, result.scores).map { $1.json(source.source.name, line: $0.origin.line) }
      }
      members.append(("scores", .array(list)))
    }
    if let answers {
      let list = zip(data.sources, answers).flatMap { source, answers in
        answers.map { $0.json(source) }
      }
      members.append(("answers", .array(list)))
    }
    return .members(members)
  }
}

extension EvaluationReport {
  private var tableOfSingleScores: String {
    var table = Table(
      columns: [
        .left("held out"), .right("examples"), .right("tokens"), .right("mean score"), .right("tokens/s"),
      ])
    for result in sources {
      table.add([
        result.name, "\(result.scores.count)", Human.count(result.tokens),
        result.preferences?.chosenReward.map { Human.fixed($0, 4) } ?? "–", Human.count(Int(result.tokensPerSecond)),
      ])
    }
    return table.text
  }
}

extension ExampleScore {
  /// A reward model's scores of one record.
  fileprivate func json(_ source: String, line: Int) -> JSONValue {
    let place: [(key: String, value: JSONValue)] = [("source", .string(source)), ("line", .integer(line))]
    guard let preferences, let better = preferences.chosenReward else { return .members(place) }
    guard let worse = preferences.rejectedReward else { return .members(place + [("score", .double(better))]) }
    return .members(place + [("chosen", .double(better)), ("rejected", .double(worse))])
  }
}

extension EvaluationResult {
  /// Whether a reward model scored the answers, so that no tokens were predicted.
  fileprivate var areScores: Bool { preferences != nil && perplexity == nil }
  /// Whether a reward model scored single answers rather than pairs.
  fileprivate var isOfSingleScores: Bool { areScores && preferences?.judged == 0 }

  fileprivate func row(_ answers: [AnswerComparison]?) -> [String] {
    [
      name, "\(scores.count)", Human.count(tokens), Human.count(trainedTokens), Human.fixed(loss, 4),
      perplexity.map { Human.fixed($0, 2) } ?? "–",
    ]
      + (preferences.map { preferences in
        [preferences.chosenReward, preferences.rejectedReward, preferences.margin].map { value in
          value.map { Human.fixed($0, 3) } ?? "–"
        }
      } ?? []) + [Human.percent(accuracy)]
      + [answers.map { "\($0.count(where: \.isMatch)) of \($0.count), \(Human.percent($0.exactMatch))" }].compactMap {
        $0
      }
      + [Human.count(Int(tokensPerSecond))]
  }

  fileprivate func members(_ answers: [AnswerComparison]?) -> [(key: String, value: JSONValue)] {
    var members: [(key: String, value: JSONValue)] =
      (isOfSingleScores ? [("mean_score", preferences?.chosenReward.map { .double($0) } ?? .null)] : means) + [
        ("tokens", .integer(tokens)), ("examples", .integer(scores.count)),
        ("tokens_per_second", .double(tokensPerSecond)),
      ]
    if let answers { members.append(("exact_match", .double(answers.exactMatch))) }
    return members
  }
}

extension AnswerComparison {
  fileprivate func json(_ source: LoadedSource<some TrainingExample>) -> JSONValue {
    [
      "source": .string(source.source.name), "line": .integer(source.examples[index].origin.line),
      "expected": .string(expected), "written": .string(written), "match": .bool(isMatch),
    ]
  }
}
