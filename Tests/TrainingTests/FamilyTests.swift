import Autodiff
import InstructionData
import LanguageModels
import TestSupport
import Testing
import Training

/// Small random models of each family, evaluated by transformers in float32 on records that are already tokenized.
@Suite("Families give transformers' losses", .enabled(if: Golden.isThere, "the reference values are not there"))
struct FamilyTests {
  @Test("loss, trained tokens, each record's sum and the last logits", arguments: ["qwen2", "qwen3", "mistral"])
  func evaluation(family: String) throws {
    let folder = "golden/families/\(family)"
    let (model, expected) = try (Golden.model(at: folder), SharedAssets.json(folder + "/expected.json"))
    #expect(model.configuration.family.modelType == family)
    let loader = try DataLoader(template: .plain, encoder: nil, options: DataOptions())
    let data = try loader.demonstrations(from: [DataSource(path: SharedAssets.url(folder + "/data.jsonl").path)])
    let report = evaluate(model, on: data, objective: .supervised)

    #expect(report.total.trainedTokens == expected["trained_tokens"]?.intValue)
    #expect(abs(report.total.loss - (try #require(expected["loss"]?.doubleValue))) < 1e-4)
    let records = try #require(expected["sum_and_count_per_record"]?.arrayValue)
    try #require(records.count == report.total.scores.count)
    for (score, record) in zip(report.total.scores, records) {
      let (sum, count) = (record.numbers[0], record.numbers[1])
      #expect(score.trainedTokens == Int(count))
      #expect(abs(score.loss - sum) < 1e-4 * count)
    }
    let tokens = data.examples[0].tokens
    let logits = withoutGradients { model.logits(model.states(SequenceLayout([tokens])), rows: [tokens.count - 1]) }
    let reference = try #require(expected["last_logits_of_first_record"]?.numbers)
    let difference = zip(logits.array, reference).map { abs(Double($0) - $1) }.max() ?? .infinity
    #expect(reference.count == logits.count && difference < 1e-4)
  }

  @Test("a group's size changes no record's loss")
  func groups() throws {
    let model = try Golden.model(at: "golden/families/qwen3")
    let loader = try DataLoader(template: .plain, encoder: nil, options: DataOptions())
    let data = try loader.demonstrations(
      from: [DataSource(path: SharedAssets.url("golden/families/qwen3/data.jsonl").path)])
    let together = evaluate(model, on: data, objective: .supervised).total
    let alone = evaluate(model, on: data, objective: .supervised, tokensAtATime: 1).total
    for (one, other) in zip(together.scores, alone.scores) {
      #expect(abs(one.loss - other.loss) <= 1e-6 * one.loss)
      #expect(one.hits == other.hits && one.trainedTokens == other.trainedTokens)
    }
  }
}
