import Diagnostics
import InstructionData
import LanguageModels
import Tokenization

/// What was said so far, and the model that answers.
public struct Conversation {
  private let format: ConversationFormat
  private let lengths: LengthRule
  private let options: SamplingOptions
  private let system: String?
  private let model: LanguageModel
  private let session: GenerationSession
  private var messages: [Message]

  /// Starts a conversation.
  ///
  /// - Parameter system: what the model reads before the conversation.
  public init(
    with model: LanguageModel, _ format: ConversationFormat, _ options: SamplingOptions, system: String? = nil
  ) {
    (self.format, self.options, self.system, self.model) = (format, options, system, model)
    (lengths, session) = (LengthRule(model.configuration), GenerationSession(model))
    messages = Self.beginning(system)
  }

  /// Starts over: forgets what was said.
  public mutating func reset() { messages = Self.beginning(system) }

  private static func beginning(_ system: String?) -> [Message] { system.map { [Message(.system, $0)] } ?? [] }

  /// Answers a user's message, and remembers both; where it cannot be answered, nothing is remembered.
  ///
  /// - Parameters:
  ///   - shouldContinue: asked before every token; where the answer is no, the answer ends there.
  ///   - onText: called with pieces of the answer that are whole characters, as they come.
  /// - Returns: whether the model has no positions left.
  /// - Throws: `UserError` where the template cannot write the conversation, it is too long for the model, or the
  ///   model's prediction is not finite.
  public mutating func answer(
    _ text: String, while shouldContinue: () -> Bool = { true }, onText: (String) -> Void
  ) throws -> Bool {
    let prompt = try format.chat.promptTokens(for: messages + [Message(.user, text)])
    guard !prompt.isEmpty else { throw UserError.recipe("the template makes no tokens of this.") }
    guard lengths.room(after: prompt.count) > 0 else {
      throw UserError.recipe(
        "the conversation has \(prompt.count) tokens, and the model has positions for "
          + "\(lengths.maximumPositions), the answer included: /reset starts over.")
    }
    let request = GenerationRequest(
      prompt: prompt, maximumNewTokens: lengths.limit(options.maximumNewTokens, after: prompt.count),
      stop: format.stop, sampler: Sampler(options, sequence: messages.count))
    var stream = TextStream(format.tokenizer)
    var answer = ""
    func add(_ piece: String) {
      if !piece.isEmpty { onText(piece) }
      answer += piece
    }
    let written = session.generate(request, shouldContinue: shouldContinue) { add(stream.append($0)) }
    try model.requireFinite(written)
    add(stream.finish())
    messages += [Message(.user, text), Message(.assistant, answer)]
    return lengths.room(after: prompt.count + written.tokens.count) == 0
  }
}
