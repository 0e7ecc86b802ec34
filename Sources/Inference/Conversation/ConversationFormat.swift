import Diagnostics
import InstructionData
import Tokenization

/// How a model reads and writes conversations: its tokenizer, its template and the end of its answers.
public struct ConversationFormat: Sendable {
  /// The template's name.
  public let template: TemplateName
  let tokenizer: Tokenizer
  let chat: ChatEncoder
  let stop: StopRule

  /// Reads it from a model's files.
  ///
  /// - Parameter asked: the template; nil: the one that ``ModelFiles/template(_:)`` finds.
  /// - Throws: `UserError` where the model cannot hold a conversation: it is a reward model, has no tokenizer, or its
  ///   template cannot be used.
  public init(_ files: ModelFiles, template asked: TemplateName?) throws {
    try files.requireLanguageModel()
    template = try files.template(asked)
    guard let tokenizer = files.tokenizer, let chat = try files.chatEncoder(template) else {
      throw UserError.file(
        files.missingTokenizer ?? "\(files.place): there is no tokenizer, and a conversation needs one.")
    }
    (self.tokenizer, self.chat) = (tokenizer, chat)
    stop = files.stopRule(chat)
  }
}
