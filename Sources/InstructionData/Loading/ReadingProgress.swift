import Foundation

/// How much of a source has been read.
public struct ReadingProgress: Sendable {
  /// The source.
  public let source: DataSource
  /// How many records have been read.
  public let records: Int
  /// The share of the file's bytes that have been read, 0 to 1.
  public let fraction: Double

  package init(_ source: DataSource, records: Int, bytes: Int) {
    self.source = source
    self.records = records
    let size = (try? FileManager.default.attributesOfItem(atPath: source.path)[.size] as? Int) ?? nil
    fraction = min(1, Double(bytes) / Double(max(1, size ?? bytes)))
  }
}
