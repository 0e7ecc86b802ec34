/// One file of records, and how much of it an epoch contains.
public struct DataSource: Sendable, Equatable {
  /// The file: `.jsonl`, `.json` or `.txt`.
  public var path: String
  /// The name in reports; by default the file's name without its extension.
  public var name: String
  /// The share of an epoch that this source fills, relative to the other sources' weights. Cannot be combined with
  /// ``epochs``.
  public var weight: Double?
  /// How often an epoch of the run passes through this source; 1 by default. Cannot be combined with ``weight``.
  public var epochs: Double?

  /// Creates a source.
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
