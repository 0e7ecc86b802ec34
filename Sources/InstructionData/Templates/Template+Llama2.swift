import Diagnostics

extension Template {
  /// Llama 2: a user turn is `<s>[INST] CONTENT [/INST]`, an assistant turn ` CONTENT </s>`, and a system message
  /// `<<SYS>>\nSYSTEM\n<</SYS>>\n\n` before the first user content. Contents are stripped.
  ///
  /// Format: `chat_completion` in Meta's `llama/generation.py`. As there, user and assistant must take turns.
  ///
  /// Text and tokens are the same as Meta's and transformers': a turn is tokenized as a whole, so that its answer begins
  /// with the `▁` of its own space and no other.
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
          "the template 'llama2' writes user and assistant in turns, and a system message only before them; message "
            + "\(messages.count - turns.count + position + 1) has the role '\(message.role.rawValue)', expected "
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
