/// The place of a record.
public struct RecordPlace: Sendable, Hashable, Comparable {
  /// The file's index in a list of files.
  public let file: Int
  /// The line on which the record begins, counted from 1.
  public let line: Int

  /// Creates the place of a record.
  public init(file: Int, line: Int) { (self.file, self.line) = (file, line) }

  /// Orders places by file, then by line.
  public static func < (first: RecordPlace, second: RecordPlace) -> Bool {
    (first.file, first.line) < (second.file, second.line)
  }
}

/// Something that a check found in a record.
public struct Finding: Sendable, Equatable {
  /// The kind of finding.
  public let kind: FindingKind
  /// The record.
  public let place: RecordPlace
  /// A description of the finding: a sentence without a full stop.
  public let message: String
  /// Other records involved: the training records of a leak, the later ones of duplicates.
  public let related: [RecordPlace]
  /// A measure of the finding, if there is one: a similarity, a length, a score.
  public let value: Double?
  /// The training records to leave out of a clean set, if findings of this kind are left out.
  public let dropped: [RecordPlace]
  /// The beginning of the record or of the passage in question.
  public var excerpt: String

  /// Creates a finding.
  public init(
    _ kind: FindingKind, at place: RecordPlace, _ message: String, related: [RecordPlace] = [], value: Double? = nil,
    dropped: [RecordPlace] = [], excerpt: String = ""
  ) {
    (self.kind, self.place, self.message) = (kind, place, message)
    (self.related, self.value, self.dropped, self.excerpt) = (related, value, dropped, excerpt)
  }
}
