import Diagnostics
import InstructionData
import Tensors

/// A prompt to be answered.
public struct Question: Sendable {
  /// As the person gave it.
  public let text: String
  /// As the model reads it.
  public let tokens: [Int32]
  /// The conversation that the question ends; empty where the answer continues the prompt's own text, the space before
  /// its first word included.
  public let messages: [Message]
  /// Whether it was given as text; otherwise it was given as tokens.
  public let isText: Bool

  /// Makes a question of what a person gave and what the model reads.
  public init(text: String, tokens: [Int32], messages: [Message] = [], isText: Bool = true) {
    self.text = text
    self.tokens = tokens
    self.messages = messages
    self.isText = isText
  }

  /// Whether the answer continues the prompt's own text; otherwise it is a text of its own.
  var isContinued: Bool { messages.isEmpty }
}

extension ModelFiles {
  /// A text to continue as it stands.
  ///
  /// - Throws: `UserError` of kind `file` where there is no tokenizer.
  public func question(continuing text: String) throws -> Question {
    guard let tokenizer else { throw noTokenizer }
    // A text that itself begins with the beginning-of-text token does not get a second one.
    let isBegun = encoder?.begins(text) ?? false
    return Question(text: text, tokens: tokenizer.encode(text, addSpecialTokens: !isBegun))
  }

  /// What a user says, written with a template.
  ///
  /// - Throws: `UserError` where there is no tokenizer, or the template cannot write it.
  public func question(asking text: String, _ template: TemplateName) throws -> Question {
    guard let chat = try chatEncoder(template) else { throw noTokenizer }
    let messages = [Message(.user, text)]
    return Question(text: text, tokens: try chat.promptTokens(for: messages), messages: messages)
  }

  /// The prompts of a file's records, each with the line of its record.
  ///
  /// - Parameters:
  ///   - lostParts: what happens to a record of which the template does not show everything.
  ///   - warn: receives what is worth knowing about the records.
  /// - Throws: `UserError` for the first record that cannot be used.
  public func questions(
    fromRecordsAt path: String, _ template: TemplateName, lostParts: LostPartsPolicy = .error,
    warn: (String) -> Void = { _ in }
  ) throws -> [(question: Question, line: Int)] {
    let loader = try DataLoader(
      template: template, model: modelTemplate, encoder: encoder,
      options: DataOptions(
        lostParts: lostParts, vocabularySize: configuration.vocabularySize, missingTokenizer: missingTokenizer),
      threads: Threads.count)
    let prompts = try loader.prompts(from: path)
    for kind in RecordNote.Kind.allCases where !(kind.isLoss && lostParts == .allow) {
      let noted = prompts.compactMap { prompt in prompt.notes.first { $0.kind == kind }.map { (prompt.line, $0) } }
      guard let (line, note) = noted.first else { continue }
      warn("\(path):\(line): \(note.sentence)" + (noted.count > 1 ? "; \(noted.count) records are like this" : ""))
    }
    return prompts.map { record in
      let question = Question(
        text: record.text ?? tokenizer?.decode(record.tokens) ?? "", tokens: record.tokens,
        messages: record.messages, isText: record.text != nil)
      return (question, record.line)
    }
  }

  private var noTokenizer: UserError {
    .file(missingTokenizer ?? "\(place): there is no tokenizer to read text with; tokenized records need none.")
  }
}
