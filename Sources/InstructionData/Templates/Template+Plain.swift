extension Template {
  /// Prompt, completion, end-of-text: contents stand as they are, nothing between them; end-of-text after each answer.
  public static let plain = Template(name: .plain, endOfTurn: .endOfText) { messages, _ in
    messages.map { $0.role == .assistant ? .answer($0.text) : .frame($0.text) }
  }
}
