/// Colours for an output stream; none if it is not a terminal or `NO_COLOR` is set.
struct Paint: Sendable {
  /// Whether text is coloured.
  let isOn: Bool

  /// For standard error.
  static let onError = Paint(isOn: Terminal.isInteractive && Terminal.allowsColour)
  /// For standard output.
  static let onOutput = Paint(isOn: Terminal.isOutputInteractive && Terminal.allowsColour)

  func bold(_ text: String) -> String { wrap(text, "1") }
  func dim(_ text: String) -> String { wrap(text, "2") }
  func underlined(_ text: String) -> String { wrap(text, "4") }
  func red(_ text: String) -> String { wrap(text, "31") }
  func green(_ text: String) -> String { wrap(text, "32") }
  func yellow(_ text: String) -> String { wrap(text, "33") }

  /// Wraps a text in ECMA-48's "select graphic rendition" and its reset.
  private func wrap(_ text: String, _ code: String) -> String {
    isOn ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
