extension Template {
  /// A template in which every turn, whatever its role, is a header, the content, an end and a separator.
  static func turns(
    name: TemplateName, endOfTurn: String, beginning: Beginning = .tokenizer, strips: Bool,
    header: @escaping @Sendable (Role) -> String, separator: String
  ) -> Template {
    Template(name: name, endOfTurn: .named(endOfTurn), beginning: beginning) { messages, opensAnswer in
      var segments: [TemplateSegment] = []
      for message in messages {
        let content = strips ? message.text.strippingWhitespace() : message.text
        segments.append(.frame(header(message.role)))
        segments += message.role == .assistant ? [.answer(content)] : [.frame(content + endOfTurn)]
        segments.append(.frame(separator))
      }
      if opensAnswer { segments.append(.frame(header(.assistant))) }
      return segments
    }
  }
}
