import InstructionData
import LanguageModels
import Tensors
import Testing
import Training

/// What KTO measures on a whole: z of a held-out set is that of all of its records.
@Suite("KTO's z is a statistic of the whole")
struct KTOEvaluationTests {
  /// Both answers to each prompt on neighbouring lines.
  private let records = SharedPromptTests.pairs.flatMap { pair in
    [(pair.chosen, [Int32]()), ([], pair.rejected)].enumerated().map { index, answers in
      PreferenceExample(
        prompt: pair.prompt, chosen: answers.0, rejected: answers.1,
        origin: ExampleOrigin(source: 0, line: 2 * pair.origin.line + index))
    }
  }

  /// A model that has moved away from its reference, and the reference's scores of everything.
  private func moved(
    _ precision: ElementType, _ mismatched: MismatchedAnswers
  ) throws -> (model: LanguageModel, reference: PreferenceReference) {
    let configuration = try DecoderConfiguration(parsing: TinyTraining.configuration, place: "config.json")
    let model = LanguageModel(randomly: configuration, seed: 1, precision: precision)
    let scored = records + mismatched.examples
    let reference = PreferenceReference.scores(ReferenceScores(scored, model.scores(of: scored)))
    for (index, parameter) in model.trained.enumerated() {
      parameter.variable.updateValue { value in
        var stream = RandomStream(seed: UInt64(index))
        let noise = stream.normalTensor(value.shape, deviation: 0.05)
        for element in 0..<value.count { value[element] += noise[element] }
      }
    }
    return (model, reference)
  }

  private func dataSet(_ files: [[PreferenceExample]]) -> DataSet<PreferenceExample> {
    DataSet(
      sources: files.map {
        LoadedSource(
          source: DataSource(path: "x.jsonl"), examples: $0, report: SourceReport(name: "x", path: "x.jsonl"))
      })
  }

  @Test(
    "a held-out set has the loss of a step on the same records, however it is cut into passes and files, and wherever it starts",
    arguments: [ElementType.float32, .bfloat16])
  func wholeSet(precision: ElementType) throws {
    let rotated = Array(records[3...] + records[..<3])
    func loss(_ files: [[PreferenceExample]], tokensAtATime: Int = 2048) throws -> Double {
      let mismatched = MismatchedAnswers(training: records, heldOut: files.flatMap { $0 })
      let (model, reference) = try moved(precision, mismatched)
      let objective = Objective.kto(KTOLoss(beta: 0.1), reference: reference, mismatched: mismatched)
      return evaluate(model, on: dataSet(files), objective: objective, tokensAtATime: tokensAtATime).total.loss
    }
    let mismatched = MismatchedAnswers(training: records, heldOut: records)
    let (model, reference) = try moved(precision, mismatched)
    let sum = Objective.kto(KTOLoss(beta: 0.1), reference: reference, mismatched: mismatched).loss(model, records)
    let step = Double(sum.sum.scalar) / Double(sum.count)
    let tolerance = precision == .float32 ? 1e-6 : 2e-3
    #expect(abs(step - 0.5) > 10 * tolerance, "the model has moved")
    let losses = [
      try loss([records]), try loss([records], tokensAtATime: 1), try loss([records], tokensAtATime: 100),
      try loss([rotated]), try loss([Array(records[..<4]), Array(records[4...])]),
    ]
    for found in losses { #expect(abs(found - step) < tolerance, "\(losses)") }
  }

  @Test("a z that is not finite is not 0")
  func notFinite() {
    #expect(KTOLoss.distance([.nan, 1]).isNaN)
    #expect(KTOLoss.distance([.infinity, 1]) == .infinity)
  }
}
