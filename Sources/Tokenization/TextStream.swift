/// The text of ids that come one by one, as pieces that are whole characters.
///
/// A token's text may depend on the token before it (SentencePiece drops the space of a text's first word), and a
/// character may need several tokens. So a few tokens are decoded again with each new one, and what their text has
/// grown by is given out once it ends in a whole character.
public struct TextStream: Sendable {
  private let tokenizer: Tokenizer
  /// The tokens that are decoded again.
  private var window: [Int32]
  /// How many of them are given out.
  private var settled: Int

  /// So many tokens of a prompt give its last word and character.
  private static let context = 8

  /// Begins a stream.
  ///
  /// - Parameter prompt: the tokens that the text goes on behind. With none it is a text of its own, whose first word
  ///   has no space before it where the tokenizer's decoder drops it.
  public init(_ tokenizer: Tokenizer, behind prompt: [Int32] = []) {
    self.tokenizer = tokenizer
    window = prompt.suffix(Self.context)
    settled = window.count
  }

  /// Takes the next id; returns the text that is now certain, perhaps none.
  public mutating func append(_ id: Int32) -> String {
    window.append(id)
    return grown { !$0.hasSuffix("\u{FFFD}") }
  }

  /// Returns what is left, with U+FFFD for what never became a character.
  public mutating func finish() -> String { grown { _ in true } }

  /// What the window's text has grown by, where it is to be given out.
  private mutating func grown(_ isCertain: (String) -> Bool) -> String {
    let before = tokenizer.decode(Array(window[..<settled])).unicodeScalars
    let now = tokenizer.decode(window)
    let kept = zip(before, now.unicodeScalars).prefix { $0 == $1 }.count
    let growth = String(now.unicodeScalars.dropFirst(kept))
    guard !growth.isEmpty, isCertain(now) else { return "" }
    window.removeFirst(settled)
    settled = window.count
    return growth
  }
}
