import Tensors

/// Rows of tokens in one batch, and who sees whom: nothing is padded.
public struct SequenceLayout: Sendable {
  /// All tokens, one segment after another.
  public let tokens: [Int32]
  /// The position of every token in its sequence.
  public let positions: [Int]
  /// Who sees whom.
  public let spans: [AttentionSpan]

  /// Lays separate sequences end to end; empty ones are left out.
  public init(_ sequences: [[Int32]]) {
    tokens = sequences.flatMap { $0 }
    positions = sequences.flatMap { Array($0.indices) }
    var start = 0
    spans = sequences.filter { !$0.isEmpty }.map { sequence in
      defer { start += sequence.count }
      return AttentionSpan(sequence: start..<start + sequence.count)
    }
  }

  /// A layout with spans and positions of its own.
  public init(tokens: [Int32], positions: [Int], spans: [AttentionSpan]) {
    precondition(tokens.count == positions.count, "\(tokens.count) tokens, \(positions.count) positions")
    self.tokens = tokens
    self.positions = positions
    self.spans = spans
  }
}

extension SequenceLayout {
  /// The same sequences after `length` rows of keys that all of them see; positions continue from there.
  func afterContext(_ length: Int) -> SequenceLayout {
    func moved(_ rows: Range<Int>) -> Range<Int> { rows.lowerBound + length..<rows.upperBound + length }
    return SequenceLayout(
      tokens: tokens, positions: positions.map { $0 + length },
      spans: spans.map { span in
        AttentionSpan(
          queries: span.queries, keys: moved(span.keys), context: [0..<length] + span.context.map(moved))
      })
  }

  /// The same with the rows that all sequences see in front, computed like tokens.
  func withContextRows(_ length: Int) -> SequenceLayout {
    let context = SequenceLayout.contextRows(length)
    return SequenceLayout(
      tokens: context.tokens + tokens, positions: context.positions + positions,
      spans: context.spans
        + spans.map { span in
          let queries = span.queries.lowerBound + length..<span.queries.upperBound + length
          return AttentionSpan(queries: queries, keys: span.keys, context: span.context)
        })
  }

  /// One sequence of rows that are not tokens of the vocabulary.
  static func contextRows(_ length: Int) -> SequenceLayout {
    SequenceLayout(
      tokens: Array(repeating: -1, count: length), positions: Array(0..<length),
      spans: length > 0 ? [AttentionSpan(sequence: 0..<length)] : [])
  }
}
