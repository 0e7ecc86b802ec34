import Tensors

/// Sequences laid end to end in one batch: nothing is padded, and none sees another.
public struct SequenceLayout: Sendable {
  /// All tokens, one sequence behind the other.
  public let tokens: [Int32]
  /// The position of every token in its sequence.
  public let positions: [Int]
  /// Who sees whom.
  public let spans: [AttentionSpan]

  /// Lays sequences end to end; empty ones are passed over.
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
  /// The same sequences behind some rows of keys that all of them see; positions count on from there.
  func behind(_ length: Int) -> SequenceLayout {
    func moved(_ rows: Range<Int>) -> Range<Int> { rows.lowerBound + length..<rows.upperBound + length }
    return SequenceLayout(
      tokens: tokens, positions: positions.map { $0 + length },
      spans: spans.map { span in
        AttentionSpan(
          queries: span.queries, keys: moved(span.keys), context: [0..<length] + span.context.map(moved))
      })
  }

  /// The same with the rows that all sequences see computed like tokens, in front of them.
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

  /// One sequence of rows that are no tokens of the vocabulary.
  static func contextRows(_ length: Int) -> SequenceLayout {
    SequenceLayout(
      tokens: Array(repeating: -1, count: length), positions: Array(0..<length),
      spans: length > 0 ? [AttentionSpan(sequence: 0..<length)] : [])
  }
}

/// Some rows of a layout, as the last layer computes them: all keys and values, but only these queries and what follows.
struct WantedRows {
  /// The rows, ascending.
  let rows: [Int]
  /// Who sees whom, with the queries counted among the wanted rows.
  let spans: [AttentionSpan]
  /// The positions of the rows.
  let positions: [Int]

  /// - Parameter rows: ascending, each once.
  init(_ rows: [Int], of layout: SequenceLayout) {
    precondition(zip(rows, rows.dropFirst()).allSatisfy(<), "rows are wanted in ascending order, each once")
    self.rows = rows
    positions = rows.map { layout.positions[$0] }
    var spans: [AttentionSpan] = []
    var next = 0
    for span in layout.spans.sorted(by: { $0.queries.lowerBound < $1.queries.lowerBound }) {
      // Neighbouring rows are queries that end where their keys end.
      while next < rows.count, span.queries.contains(rows[next]) {
        let start = next
        while next < rows.count, rows[next] == rows[start] + next - start, span.queries.contains(rows[next]) {
          next += 1
        }
        let behind = span.queries.upperBound - (rows[next - 1] + 1)
        spans.append(
          AttentionSpan(
            queries: start..<next, keys: span.keys.lowerBound..<span.keys.upperBound - behind, context: span.context))
      }
    }
    precondition(next == rows.count, "a wanted row is in no sequence")
    self.spans = spans
  }
}
