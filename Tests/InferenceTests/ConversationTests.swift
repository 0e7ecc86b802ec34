import Diagnostics
import Foundation
import Inference
import LanguageModels
import TestSupport
import Testing

@Suite("A conversation")
struct ConversationTests {
  private let files: ModelFiles
  private let format: ConversationFormat
  private let options = SamplingOptions(maximumNewTokens: 12)

  init() throws {
    files = try ModelFiles(path: SharedAssets.repository.appendingPathComponent("data/models/tiny").path)
    format = try ConversationFormat(files, template: .chatml)
  }

  @Test("answers as a question alone is answered, and in pieces that make up the whole")
  func answers() throws {
    let model = try files.model(precision: .float32)
    let writer = try AnswerWriter(files, template: .chatml, options)
    let question = try files.question(asking: "When is the archive open?", .chatml)
    let alone = try writer.answer(question, with: model) { _ in }
    var conversation = Conversation(with: model, format, options)
    for _ in 0..<2 {
      var text = ""
      let isFull = try conversation.answer("When is the archive open?") { text += $0 }
      #expect(!isFull && !text.isEmpty && text == alone.completion)
      conversation.reset()
    }
  }

  @Test("an answer that should not continue ends, and is remembered as far as it came")
  func interruption() throws {
    var conversation = Conversation(with: try files.model(precision: .float32), format, options)
    var asked = 0
    func firstThree() -> Bool {
      asked += 1
      return asked <= 3
    }
    var (cut, whole) = ("", "")
    _ = try conversation.answer("When is the archive open?", while: firstThree) { cut += $0 }
    conversation.reset()
    _ = try conversation.answer("When is the archive open?") { whole += $0 }
    #expect(asked == 4 && whole.hasPrefix(cut) && cut.count < whole.count)
  }

  @Test("a prediction that is not finite is reported, and nothing is remembered")
  func notFinite() throws {
    var conversation = Conversation(with: .spoilt(files.configuration), format, options)
    let first = try #require(throws: UserError.self) { _ = try conversation.answer("Hello.") { _ in } }
    #expect(first.kind == .training && first.message.contains("the model's weight 'model.norm.weight'"))
    let second = try #require(throws: UserError.self) { _ = try conversation.answer("Hello.") { _ in } }
    #expect(second == first)
  }

  @Test("what is longer than the model is refused")
  func length() throws {
    var conversation = Conversation(with: .spoilt(files.configuration), format, options)
    let words = String(repeating: "archive ", count: files.configuration.maximumPositions)
    let error = try #require(throws: UserError.self) { _ = try conversation.answer(words) { _ in } }
    #expect(error.kind == .recipe && error.message.contains("/reset starts over"))
  }
}
