/// A run of query rows and the key rows that they see, as far as no window hides them.
public struct AttentionSpan: Sendable, Equatable {
  /// Rows of the queries.
  public let queries: Range<Int>
  /// Rows of the keys of the same sequence: the last query sees all of them, the one before it all but the last, ….
  public let keys: Range<Int>
  /// Further rows of the keys that every query sees: a shared prompt, a learned prefix.
  public let context: [Range<Int>]

  /// A span whose queries end where its keys end.
  public init(queries: Range<Int>, keys: Range<Int>, context: [Range<Int>] = []) {
    precondition(keys.count >= queries.count, "\(queries.count) queries cannot end \(keys.count) keys")
    self.queries = queries
    self.keys = keys
    self.context = context
  }

  /// A sequence that sees itself, causally.
  public init(sequence rows: Range<Int>) { self.init(queries: rows, keys: rows) }
}
