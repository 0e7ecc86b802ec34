/// Where a record stands.
public struct RecordPlace: Sendable, Hashable, Comparable {
  /// The file's place in a list of files.
  public let file: Int
  /// The line on which the record begins, counted from 1.
  public let line: Int

  /// Names a record.
  public init(file: Int, line: Int) { (self.file, self.line) = (file, line) }

  /// The order of reading.
  public static func < (first: RecordPlace, second: RecordPlace) -> Bool {
    (first.file, first.line) < (second.file, second.line)
  }
}

/// Something that was found in a record.
public struct Finding: Sendable, Equatable {
  /// What it is.
  public let kind: FindingKind
  /// The record.
  public let place: RecordPlace
  /// What was found, in a sentence without a full stop.
  public let message: String
  /// Other records that belong to it: of a leak the training records, of duplicates the later ones.
  public let related: [RecordPlace]
  /// A measure of it, where there is one: a similarity, a length, a score.
  public let value: Double?
  /// The training records that a clean set does not hold, where findings of this kind are left out of it.
  public let dropped: [RecordPlace]
  /// The beginning of the record, or of what was found in it.
  public var excerpt: String

  /// Makes a finding.
  public init(
    _ kind: FindingKind, at place: RecordPlace, _ message: String, related: [RecordPlace] = [], value: Double? = nil,
    dropped: [RecordPlace] = [], excerpt: String = ""
  ) {
    (self.kind, self.place, self.message) = (kind, place, message)
    (self.related, self.value, self.dropped, self.excerpt) = (related, value, dropped, excerpt)
  }
}
