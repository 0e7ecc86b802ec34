import Foundation

/// How far the reading of a source is.
public struct ReadingProgress: Sendable {
  /// The source.
  public let source: DataSource
  /// Records read so far.
  public let records: Int
  /// The share of the file's bytes, 0 to 1.
  public let fraction: Double

  init(_ source: DataSource, records: Int, bytes: Int) {
    self.source = source
    self.records = records
    let size = (try? FileManager.default.attributesOfItem(atPath: source.path)[.size] as? Int) ?? nil
    fraction = min(1, Double(bytes) / Double(max(1, size ?? bytes)))
  }
}
