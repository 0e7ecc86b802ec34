import Diagnostics

extension Template {
  /// Llama 2: a user turn is `<s>[INST] CONTENT [/INST]`, an assistant turn ` CONTENT </s>`, a system message
  /// `<<SYS>>\nSYSTEM\n<</SYS>>\n\n` ahead of the first user content; contents stripped.
  ///
  /// Format: `chat_completion` in Meta's `llama/generation.py`. User and assistant must take turns, as they must there.
  ///
  /// The text is Meta's; its tokens differ in one place. Answers are tokenized apart from their frames, and a
  /// SentencePiece tokenizer puts its `▁` before every text, so an answer begins with one `▁` more than where the whole
  /// turn is tokenized at once, as Meta and transformers do. Training and generation agree with each other; a model that
  /// was fine-tuned with its own template elsewhere is better met by `template: model`, whose ids are transformers'.
  public static let llama2 = Template(name: .llama2, endOfTurn: .named("</s>"), beginning: .written("<s>")) {
    messages, _ in
    var turns = messages[...]
    var system = ""
    if let first = turns.first, first.role == .system {
      system = "<<SYS>>\n\(first.text.strippingWhitespace())\n<</SYS>>\n\n"
      turns = turns.dropFirst()
    }
    var segments: [TemplateSegment] = []
    for (position, message) in turns.enumerated() {
      let expected: Role = position.isMultiple(of: 2) ? .user : .assistant
      guard message.role == expected else {
        throw UserError.file(
          "the template 'llama2' writes user and assistant in turns, a system message only ahead of them; turn "
            + "\(messages.count - turns.count + position + 1) is '\(message.role.rawValue)' in the place of "
            + "'\(expected.rawValue)'")
      }
      let content = message.text.strippingWhitespace()
      if message.role == .user {
        segments.append(.frame("<s>[INST] \(system)\(content) [/INST]"))
        system = ""
      } else {
        segments.append(.answer(" \(content) "))
      }
    }
    return segments
  }
}
