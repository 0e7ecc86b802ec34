/// Decodes ids that arrive one by one, into pieces that contain only complete characters.
///
/// The text of a token can depend on the token before it (SentencePiece drops the space of a text's first word), and a
/// character can span several tokens. So the stream decodes a few earlier tokens together with each new one and returns
/// the text that was added, once it ends in a complete character.
public struct TextStream: Sendable {
  private let tokenizer: Tokenizer
  /// The tokens to decode together.
  private var window: [Int32]
  /// The number of those whose text has been returned.
  private var settled: Int

  /// The number of prompt tokens to keep: enough for its last word and character.
  private static let context = 8

  /// Starts a stream.
  ///
  /// - Parameter prompt: the tokens that the stream continues. Without any it is a text of its own: its first word has
  ///   no space before it if the tokenizer's decoder drops that space.
  public init(_ tokenizer: Tokenizer, after prompt: [Int32] = []) {
    self.tokenizer = tokenizer
    window = prompt.suffix(Self.context)
    settled = window.count
  }

  /// Adds the next id and returns the text that is now certain, which may be empty.
  public mutating func append(_ id: Int32) -> String {
    window.append(id)
    return newText { !$0.hasSuffix("\u{FFFD}") }
  }

  /// Returns the remaining text, with U+FFFD for bytes that never became a character.
  public mutating func finish() -> String { newText { _ in true } }

  /// The text added since the last piece; empty unless the window's text is certain.
  private mutating func newText(where isCertain: (String) -> Bool) -> String {
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
