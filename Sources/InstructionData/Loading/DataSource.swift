/// One file of records, and how much of it an epoch holds.
public struct DataSource: Sendable, Equatable {
  /// The file: `.jsonl`, `.json` or `.txt`.
  public var path: String
  /// The name in reports: given, or the file's name without its extension.
  public var name: String
  /// The share of an epoch that this source fills, relative to the other sources' weights. Excludes ``epochs``.
  public var weight: Double?
  /// How often an epoch of the run goes through this source; 1 where nothing is said. Excludes ``weight``.
  public var epochs: Double?

  /// Names a file of records.
  public init(path: String, name: String? = nil, weight: Double? = nil, epochs: Double? = nil) {
    self.path = path
    self.name = name ?? Self.name(ofFile: path)
    self.weight = weight
    self.epochs = epochs
  }

  private static func name(ofFile path: String) -> String {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    guard let dot = file.lastIndex(of: "."), dot > file.startIndex else { return file }
    return String(file[..<dot])
  }
}
