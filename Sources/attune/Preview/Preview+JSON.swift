import InstructionData
import Recipes
import Runs
import StrictJSON

extension Preview {
  /// The shown examples with their tokens, and the lengths of all examples.
  func json(
    _ examples: [Example], _ policy: LengthPolicy, _ notes: [ExampleOrigin: [RecordNote]]
  ) -> JSONValue {
    let counts = RecordNote.Kind.allCases.compactMap { kind in
      data.total.notes[kind].map { (key: kind.rawValue, value: JSONValue.integer($0)) }
    }
    return [
      "template": .string(template.rawValue),
      "examples": .array(examples.map { json($0, notes[$0.origin.ofRecord] ?? []) }),
      "notes": .members(counts),
      "lengths": lengths.json, "length_policy": .string(policy.rawValue), "max_length": lengths.effect.json,
      "other_max_lengths": .array(lengths.others.map(\.json)),
    ]
  }

  private func json(_ example: Example, _ notes: [RecordNote]) -> JSONValue {
    let source = data.sources[example.origin.source].source
    let place: [(key: String, value: JSONValue)] = [
      ("source", .string(source.name)), ("path", .string(source.path)), ("line", .integer(example.origin.line)),
    ]
    let answer: [(key: String, value: JSONValue)] = answerName(of: example).map { [("answer", .string($0))] } ?? []
    return .members(
      place + answer + [
        ("notes", .array(notes.map { ["kind": .string($0.kind.rawValue), "message": .string($0.sentence)] })),
        ("tokens", .integer(example.tokens.count)), ("trained_tokens", .integer(example.trainedCount)),
        ("ids", .array(example.tokens.map { .integer($0) })),
        ("trained", .array(example.trained.map { [.integer($0.lowerBound), .integer($0.upperBound)] })),
        (
          "pieces",
          .array(
            example.runs(tokenizer).map {
              ["text": .string($0.text), "trained": .bool($0.isTrained), "special": .bool($0.isSpecial)]
            })
        ),
      ])
  }
}

extension ExampleLengths {
  fileprivate var json: JSONValue {
    [
      "examples": .integer(sorted.count), "empty": .integer(empty), "tokens": .integer(tokens),
      "trained_tokens": .integer(trainedTokens), "shortest": .integer(sorted.first ?? 0),
      "median": .integer(quantile(0.5)), "p90": .integer(quantile(0.9)), "p99": .integer(quantile(0.99)),
      "longest": .integer(sorted.last ?? 0),
      "histogram": .array(
        histogram(bars: 12).map {
          [
            "from": .integer($0.lengths.lowerBound), "to": .integer($0.lengths.upperBound - 1),
            "examples": .integer($0.count),
          ]
        }),
    ]
  }
}

extension ExampleLengths.Effect {
  fileprivate var json: JSONValue {
    [
      "limit": .integer(limit), "too_long": .integer(tooLong), "dropped": .integer(dropped),
      "truncated": .integer(truncated), "trained_tokens": .integer(trainedTokens),
    ]
  }
}
