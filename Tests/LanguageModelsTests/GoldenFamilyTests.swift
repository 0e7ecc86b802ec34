import Autodiff
import Checkpoints
import Foundation
import LanguageModels
import StrictJSON
import Tensors
import TestSupport
import Testing

/// A small random model of a family, and what transformers makes of it in float32.
private struct GoldenFamily {
  let model: LanguageModel
  let expected: JSONValue
  let records: [(ids: [Int32], promptLength: Int)]

  init(_ name: String, precision: ElementType = .float32, trainable: Bool = false) throws {
    let path = "golden/families/\(name)"
    let folder = try ModelFolder(SharedAssets.url(path))
    let configuration = try DecoderConfiguration(parsing: folder.configuration, place: folder.path)
    model = try LanguageModel(
      configuration, reading: folder, place: folder.path, precision: precision, trainable: trainable)
    expected = try SharedAssets.json(path + "/expected.json")
    let lines = try String(contentsOf: SharedAssets.url(path + "/data.jsonl"), encoding: .utf8).split(separator: "\n")
    records = try lines.map { line in
      let record = try JSONValue(parsing: line.utf8)
      return (try #require(record["ids"]?.ids), try #require(record["prompt_len"]?.intValue))
    }
  }

  /// The sum of the losses of some records' completions, laid end to end.
  func lossSum(_ records: [(ids: [Int32], promptLength: Int)]) -> Variable {
    let layout = SequenceLayout(records.map(\.ids))
    var (rows, targets): ([Int], [Int32]) = ([], [])
    for (record, span) in zip(records, layout.spans) {
      let trained = max(record.promptLength, 1)..<record.ids.count
      rows += trained.map { span.queries.lowerBound + $0 - 1 }
      targets += trained.map { record.ids[$0] }
    }
    return model.losses(model.states(layout), rows: rows, targets: targets).losses.sum()
  }

  /// The most likely tokens after a prompt, each computed from a cache or from the whole text so far.
  func greedy(_ prompt: [Int32], count: Int, isCached: Bool) throws -> [Int32] {
    let cache = isCached ? model.cache(capacity: prompt.count + count) : nil
    var (ids, pending) = (prompt, prompt)
    while ids.count < prompt.count + count {
      let layout = cache?.layout(appending: [(0, pending)]) ?? SequenceLayout([ids])
      let logits = withoutGradients { () -> [Float] in
        let states = model.states(layout, rows: [layout.tokens.count - 1], cache: cache)
        return model.logits(states, rows: [0]).array
      }
      pending = [Int32(try #require(logits.indices.max { logits[$0] < logits[$1] }))]
      ids += pending
    }
    return Array(ids.dropFirst(prompt.count))
  }
}

@Suite(
  "Families give transformers' values",
  .enabled(if: SharedAssets.has("golden/families"), "the reference values are not there"))
struct GoldenFamilyTests {
  static let names = ["llama-linear", "olmo2", "mistral-window", "qwen2-window"]

  @Test("loss within 1e-5, each record's sum and the last logits", arguments: names)
  func losses(name: String) throws {
    let golden = try GoldenFamily(name)
    let sums = try #require(golden.expected["sum_and_count_per_record"]?.arrayValue)
    var (total, count) = (0.0, 0.0)
    for (record, expected) in zip(golden.records, sums) {
      let sum = Double(withoutGradients { golden.lossSum([record]) }.scalar)
      #expect(abs(sum - expected.numbers[0]) < 1e-5 * expected.numbers[1])
      (total, count) = (total + sum, count + expected.numbers[1])
    }
    let loss = try #require(golden.expected["loss"]?.doubleValue)
    #expect(abs(total / count - loss) < 1e-5)
    let packed = Double(withoutGradients { golden.lossSum(golden.records) }.scalar)
    #expect(abs(packed / count - loss) < 1e-5)
    let ids = golden.records[0].ids
    let logits = withoutGradients {
      golden.model.logits(golden.model.states(SequenceLayout([ids])), rows: [ids.count - 1])
    }
    let reference = try #require(golden.expected["last_logits_of_first_record"]?.numbers)
    #expect(reference.count == logits.count)
    #expect(zip(logits.array, reference).allSatisfy { abs(Double($0) - $1) < 3e-4 })
  }

  @Test("every gradient's probe, whatever is computed again", arguments: names, ActivationCheckpointing.allCases)
  func gradients(name: String, checkpointing: ActivationCheckpointing) throws {
    let golden = try GoldenFamily(name, trainable: true)
    golden.model.checkpointing = checkpointing
    golden.lossSum(golden.records).backward()
    for (name, variable) in golden.model.parameters {
      let probe = try #require(Probe(golden.expected["gradients"]?[name]), "no probe of \(name)")
      let gradient = try #require(variable.gradient, "no gradient of \(name)")
      #expect(probe.difference(from: gradient.array, norm: 2e-4) == nil, "\(name)")
    }
  }

  @Test("the greedy continuation, with a cache and without", arguments: names)
  func greedy(name: String) throws {
    let golden = try GoldenFamily(name)
    let expected = try #require(golden.expected["greedy"]?.ids)
    for isCached in [true, false] {
      let prompt = Array(golden.records[0].ids.prefix(8))
      #expect(try golden.greedy(prompt, count: expected.count, isCached: isCached) == expected, "\(isCached)")
    }
  }

  @Test("in bfloat16 the loss within 2 %, and the same bits whatever is computed again", arguments: names)
  func bfloat16(name: String) throws {
    let golden = try GoldenFamily(name, precision: .bfloat16, trainable: true)
    let loss = try #require(golden.expected["loss"]?.doubleValue)
    let count = try #require(golden.expected["trained_tokens"]?.doubleValue)
    #expect(abs(Double(withoutGradients { golden.lossSum(golden.records) }.scalar) / count / loss - 1) < 0.02)
    let records = golden.records.map(\.ids)
    let expected = golden.model.gradients([records])
    for checkpointing in [ActivationCheckpointing.selective, .full] {
      golden.model.checkpointing = checkpointing
      let found = golden.model.gradients([records])
      #expect(found.loss == expected.loss && found.gradients == expected.gradients, "\(checkpointing)")
    }
  }

  @Test("the linear layers are those that PEFT calls all-linear", arguments: names)
  func linears(name: String) throws {
    let golden = try GoldenFamily(name)
    let expected = try #require(golden.expected["linear_modules"]?.arrayValue).compactMap(\.stringValue)
    #expect(golden.model.configuration.linears.map(\.name).sorted() == expected.sorted())
  }
}
