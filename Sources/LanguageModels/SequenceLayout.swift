import Autodiff

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
