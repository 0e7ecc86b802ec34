/// What a source contributed, or all sources together.
public struct SourceReport: Sendable, Equatable {
  /// The source's name.
  public var name: String
  /// The file.
  public var path: String
  /// How many records were read.
  public var records = 0
  /// How many examples were made from them: more than records if texts were split, fewer if records were dropped.
  public var examples = 0
  /// How many tokens the examples have. Adjacent pieces of a split text share a token, which counts in both; a pair
  /// counts as prompt + chosen + prompt + rejected.
  public var tokens = 0
  /// How many tokens are trained on; in a pair, those of both answers.
  public var trainedTokens = 0
  /// The keys of its records that were not read.
  public var unusedKeys = UnusedKeys()
  /// How many records were left out because they were too long.
  public var dropped = 0
  /// How many examples were truncated.
  public var truncated = 0
  /// How many records were left out because none of their tokens is trained on (an empty answer).
  public var empty = 0
  /// How many pairs have equal answers; they teach nothing, but are kept.
  public var equalAnswers = 0
  /// How many better or desirable answers there are.
  public var chosenAnswers = 0
  /// How many worse or undesirable answers there are.
  public var rejectedAnswers = 0
  /// How many tokens the longest record has before truncation; in a pair, the prompt with the longer answer.
  public var longest = 0
  /// How many records have a note of each kind.
  public private(set) var notes: [RecordNote.Kind: Int] = [:]

  /// Creates an empty report.
  public init(name: String, path: String) {
    self.name = name
    self.path = path
  }

  /// Counts the notes on a record, each kind once.
  mutating func add(_ notes: [RecordNote]) {
    for kind in Set(notes.map(\.kind)) { self.notes[kind, default: 0] += 1 }
  }

  /// Adds another source's counts.
  mutating func add(_ other: SourceReport) {
    records += other.records
    examples += other.examples
    tokens += other.tokens
    trainedTokens += other.trainedTokens
    unusedKeys.add(other.unusedKeys)
    dropped += other.dropped
    truncated += other.truncated
    empty += other.empty
    equalAnswers += other.equalAnswers
    chosenAnswers += other.chosenAnswers
    rejectedAnswers += other.rejectedAnswers
    longest = max(longest, other.longest)
    notes.merge(other.notes, uniquingKeysWith: +)
  }
}
