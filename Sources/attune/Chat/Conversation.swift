import Diagnostics
import InstructionData
import LanguageModels
import Tokenization

/// What was said so far, and the model that answers.
struct Conversation {
  private let tokenizer: Tokenizer
  private let chat: ChatEncoder
  private let stops: Set<Int32>
  private let configuration: DecoderConfiguration
  private let generation: GenerationOptions
  private let system: String?
  private let session: GenerationSession
  private var messages: [Message] = []

  init(
    _ model: LanguageModel, _ tokenizer: Tokenizer, _ chat: ChatEncoder, stops: Set<Int32>,
    _ generation: GenerationOptions, system: String?
  ) {
    (self.tokenizer, self.chat, self.stops, self.generation) = (tokenizer, chat, stops, generation)
    (configuration, self.system, session) = (model.configuration, system, GenerationSession(model))
    reset()
  }

  /// Begins anew.
  mutating func reset() { messages = system.map { [Message(.system, $0)] } ?? [] }

  /// Answers what somebody says, and remembers both; where it cannot be answered nothing is remembered.
  ///
  /// - Parameters:
  ///   - goesOn: asked before every token.
  ///   - tell: told of the answer's text as it comes, in whole characters.
  /// - Returns: whether the answer had to end because the model has no more positions.
  /// - Throws: `UserError` where the template cannot write the conversation, or it is too long for the model.
  mutating func answer(
    _ text: String, while goesOn: () -> Bool, _ tell: (String) -> Void
  ) throws -> Bool {
    let prompt = try chat.promptTokens(for: messages + [Message(.user, text)])
    guard !prompt.isEmpty else { throw UserError.recipe("the template makes no tokens of this.") }
    guard prompt.count < configuration.maximumPositions else {
      throw UserError.recipe(
        "the conversation has \(prompt.count) tokens, and the model has positions for "
          + "\(configuration.maximumPositions), the answer included: /reset begins anew.")
    }
    var options = generation.sampling(behind: prompt.count, of: configuration)
    options.seed &+= UInt64(messages.count)
    var stream = TextStream(tokenizer)
    var answer = ""
    func add(_ piece: String) {
      if !piece.isEmpty { tell(piece) }
      answer += piece
    }
    let written = session.write(behind: prompt, options: options, stops: stops, goesOn: goesOn) {
      add(stream.append($0))
    }
    add(stream.finish())
    messages += [Message(.user, text), Message(.assistant, answer)]
    return prompt.count + written.count >= configuration.maximumPositions
  }
}
