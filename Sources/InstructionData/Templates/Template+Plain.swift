extension Template {
  /// Prompt, completion, end-of-text: the contents unchanged with nothing between them, and end-of-text after each
  /// answer.
  public static let plain = Template(name: .plain, endOfTurn: .endOfText) { messages, _ in
    messages.map { $0.role == .assistant ? .answer($0.text) : .frame($0.text) }
  }
}
