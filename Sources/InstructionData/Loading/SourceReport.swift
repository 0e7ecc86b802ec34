/// What a source contributed, or all sources together.
public struct SourceReport: Sendable, Equatable {
  /// The source's name.
  public var name: String
  /// The file.
  public var path: String
  /// Records read.
  public var records = 0
  /// Examples made of them: more than the records where texts were split, fewer where records were dropped.
  public var examples = 0
  /// Tokens of the examples. Pieces of a split text share a token, which counts in both; a pair counts prompt + chosen
  /// + prompt + rejected.
  public var tokens = 0
  /// Tokens that are trained on; of a pair both answers.
  public var trainedTokens = 0
  /// Records left out because they were too long.
  public var dropped = 0
  /// Examples that were cut.
  public var truncated = 0
  /// Records left out because nothing in them is trained on: an empty answer.
  public var empty = 0
  /// Pairs whose answers are equal: they teach nothing, and are kept.
  public var equalAnswers = 0
  /// Tokens of the longest record, before anything was cut; of a pair the prompt with the longer answer.
  public var longest = 0

  /// An empty report.
  public init(name: String, path: String) {
    self.name = name
    self.path = path
  }

  /// Adds another source's counts.
  mutating func add(_ other: SourceReport) {
    records += other.records
    examples += other.examples
    tokens += other.tokens
    trainedTokens += other.trainedTokens
    dropped += other.dropped
    truncated += other.truncated
    empty += other.empty
    equalAnswers += other.equalAnswers
    longest = max(longest, other.longest)
  }
}
