extension Template {
  /// A template in which every turn is a header, the content, an end and what stands behind it, whatever the role.
  static func turns(
    name: TemplateName, endOfTurn: String, beginning: Beginning = .tokenizer, strips: Bool,
    header: @escaping @Sendable (Role) -> String, behind: String
  ) -> Template {
    Template(name: name, endOfTurn: .named(endOfTurn), beginning: beginning) { messages, opensAnswer in
      var segments: [TemplateSegment] = []
      for message in messages {
        let content = strips ? message.text.strippingWhitespace() : message.text
        segments.append(.frame(header(message.role)))
        segments += message.role == .assistant ? [.answer(content)] : [.frame(content + endOfTurn)]
        segments.append(.frame(behind))
      }
      if opensAnswer { segments.append(.frame(header(.assistant))) }
      return segments
    }
  }
}

extension String {
  /// The text without white space at its ends, as Python's `str.strip` and Jinja's `trim` see it.
  func strippingWhitespace() -> String {
    let scalars = unicodeScalars
    guard let first = scalars.firstIndex(where: { !$0.isPythonSpace }),
      let last = scalars.lastIndex(where: { !$0.isPythonSpace })
    else { return "" }
    return String(scalars[first...last])
  }
}

extension Unicode.Scalar {
  /// Python's `str.isspace`: Unicode's white space and the four separators U+001C to U+001F.
  fileprivate var isPythonSpace: Bool { properties.isWhitespace || 0x1C...0x1F ~= value }
}
