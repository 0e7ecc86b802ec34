import Inference
import InstructionData
import LanguageModels
import Testing

@Suite("Answers beside the records' own")
struct AnswerComparisonTests {
  private let model: LanguageModel

  init() throws { model = try smallModel() }

  /// An example whose answer is what the model writes, or something else, with a token that ends it.
  private func example(_ prompt: [Int32], _ answer: [Int32]) -> Example {
    Example(
      tokens: prompt + answer + [2], trained: [prompt.count..<prompt.count + answer.count + 1],
      origin: ExampleOrigin(source: 0, line: 1))
  }

  private func compare(
    _ examples: [Example], maximumNewTokens: Int = 50, onProgress: (Int) throws -> Void = { _ in }
  ) throws -> [AnswerComparison] {
    try compareAnswers(
      model, examples, maximumNewTokens: maximumNewTokens, stop: StopRule([2]),
      decode: { $0.map(String.init).joined(separator: " ") }, onProgress: onProgress)
  }

  @Test("an answer is compared without its end, and is at most 8 tokens longer than twice the expected one")
  func comparison() throws {
    let prompts: [[Int32]] = [[1, 5, 9, 3], [7, 8]]
    let written = model.generate(prompts, SamplingOptions(maximumNewTokens: 10), stop: StopRule([2]))
    let examples = [example(prompts[0], Array(written[0].prefix(1))), example(prompts[1], [])]
    let found = try compare(examples)
    #expect(found.map(\.index) == [0, 1])
    let limited = [written[0], Array(written[1].prefix(8))]
    #expect(found.map(\.written) == limited.map { $0.map(String.init).joined(separator: " ") })
    #expect(found.map(\.expected) == [String(written[0][0]), ""])
    let cut = try compare(examples, maximumNewTokens: 1)
    #expect(cut[0].isMatch && !cut[1].isMatch && cut.exactMatch == 0.5)
  }

  @Test("the caller hears of every pass, and ends it by throwing")
  func progress() throws {
    struct Enough: Error {}
    var heard: [Int] = []
    let found = try compare((0..<40).map { example([Int32(3 + $0 % 20)], [5]) }) { heard.append($0) }
    #expect(found.map(\.index) == Array(0..<40))
    #expect(heard.first == 0 && heard.last == 40 && heard.count > 3 && heard == heard.sorted())
    #expect(throws: Enough.self) { try compare([example([3], [5])]) { _ in throw Enough() } }
  }
}
