import Diagnostics
import Inference
import LanguageModels
import Testing

@Suite("Answers to questions")
struct AnswerWriterTests {
  private let files: ModelFiles
  private let model: LanguageModel

  init() throws {
    let configuration = try #require(smallConfigurationObject().objectValue)
    files = try ModelFiles(configuration: configuration, tokenizer: nil, place: "config.json")
    model = try files.model(precision: .float32)
  }

  private func question(_ count: Int) -> Question {
    Question(text: "", tokens: (0..<count).map { Int32(3 + $0 % 29) }, isText: false)
  }

  private func writer(_ maximumNewTokens: Int, temperature: Double = 0, seed: UInt64 = 0) throws -> AnswerWriter {
    try AnswerWriter(
      files, template: nil,
      SamplingOptions(maximumNewTokens: maximumNewTokens, temperature: temperature, seed: seed))
  }

  @Test("answers come in the order of the questions, whichever ends first")
  func order() throws {
    // One at the end of the positions is over after a token.
    let questions = [question(4), question(63)] + (0..<40).map { question(4 + $0 % 9) }
    let writer = try writer(8, temperature: 1, seed: 2)
    var passedOn: [[Int32]] = []
    let answers = try writer.answers(to: questions, with: model) { passedOn.append($0.ids) }.map(\.ids)
    #expect(answers == passedOn && answers.count == 42 && answers[1].count == 1)
  }

  @Test("no answer is longer than the model's positions allow")
  func length() throws {
    let writer = try writer(8)
    for count in [4, 60, 63] {
      let answer = try writer.answer(question(count), with: model) { _ in }
      #expect(answer.ids.count <= min(8, 64 - count) && (answer.isComplete || answer.ids.count == min(8, 64 - count)))
      #expect(try writer.answers(to: [question(count)], with: model)[0].ids == answer.ids)
    }
    #expect(throws: UserError.self) { try writer.check(question(64), place: "here") }
    #expect(throws: UserError.self) { try writer.check(question(0), place: "here") }
    #expect(throws: UserError.self) {
      try writer.check(Question(text: "", tokens: [32], isText: false), place: "here")
    }
    try writer.check(question(63), place: "here")
  }

  @Test("a question is sampled by its place among all: the next seed's first is this one's second")
  func seeds() throws {
    let writer = try writer(8, temperature: 1, seed: 5)
    let questions = Array(repeating: question(4), count: 3)
    let together = try writer.answers(to: questions, with: model).map(\.ids)
    let apart = try [5, 6, 7].map { seed in
      try self.writer(8, temperature: 1, seed: seed).answer(question(4), with: model) { _ in }.ids
    }
    #expect(together == apart && Set(together).count > 1)
  }

  @Test("a reward model writes no answers")
  func rewardModel() throws {
    let files = try files.asRewardModel(seed: 1)
    let error = try #require(throws: UserError.self) {
      try AnswerWriter(files, template: nil, SamplingOptions())
    }
    #expect(error.kind == .file && error.message.contains("is a reward model"))
  }

  @Test("a model whose predictions are not finite is refused, with the weight that is not")
  func notFinite() throws {
    let spoilt = LanguageModel.spoilt(files.configuration)
    let writer = try writer(8)
    for ask in [
      { _ = try writer.answer(question(4), with: spoilt) { _ in } },
      { _ = try writer.answers(to: [question(4)], with: spoilt) },
    ] {
      let error = try #require(throws: UserError.self) { try ask() }
      #expect(error.kind == .training && error.message.contains("the model's weight 'model.norm.weight'"))
    }
  }
}
