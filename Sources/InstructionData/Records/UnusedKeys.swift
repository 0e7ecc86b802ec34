/// The keys of records that are not read, each with how many records have it; at most twenty of each kind are named.
public struct UnusedKeys: Sendable, Equatable {
  /// A key, and how often it occurs.
  public struct Key: Sendable, Equatable {
    /// The key; a long one is cut.
    public let name: String
    /// How many records or messages have it.
    public internal(set) var count: Int
    /// The column that such a key is for in other data sets, if the record has no other key for it.
    public let column: RecordColumn?
  }

  /// Keys of records, in the order in which they were found.
  public private(set) var ofRecords: [Key] = []
  /// Keys of messages that only a model's own template can read.
  public private(set) var ofMessages: [Key] = []
  /// Whether there are more keys than are named.
  public private(set) var areMore = false

  /// How many keys of each kind are kept, whatever a file contains.
  private static let limit = 20

  /// No keys.
  public init() {}

  /// Whether every key was read.
  public var isEmpty: Bool { ofRecords.isEmpty && ofMessages.isEmpty }

  /// Whether a key is among those that are named.
  public func names(_ key: String) -> Bool { (ofRecords + ofMessages).contains { $0.name == key } }

  /// Counts a record's key.
  mutating func add(record key: String, count: Int = 1, column: RecordColumn? = nil) {
    Self.add(key, count, column, to: &ofRecords, &areMore)
  }

  /// Counts a message's key.
  mutating func add(message key: String, count: Int = 1) {
    Self.add(key, count, nil, to: &ofMessages, &areMore)
  }

  /// Adds the counts of other records.
  public mutating func add(_ other: UnusedKeys) {
    for key in other.ofRecords { add(record: key.name, count: key.count, column: key.column) }
    for key in other.ofMessages { add(message: key.name, count: key.count) }
    areMore = areMore || other.areMore
  }

  private static func add(
    _ key: String, _ count: Int, _ column: RecordColumn?, to keys: inout [Key], _ areMore: inout Bool
  ) {
    let name = key.count > 40 ? String(key.prefix(40)) + "…" : key
    if let index = keys.firstIndex(where: { $0.name == name }) {
      keys[index].count += count
    } else if keys.count < limit {
      keys.append(Key(name: name, count: count, column: column))
    } else {
      areMore = true
    }
  }

  /// The keys as a line for people, such as `'id' (12 records), 'note' (3 records); in messages: 'ts' (40)`.
  public var text: String {
    func list(_ keys: [Key], _ unit: String) -> String {
      keys.map { key in
        let remedy = key.column.map { "; data.columns: {\($0.rawValue): \(key.name)} would read it" } ?? ""
        return "'\(key.name)' (\(key.count) \(unit)\(key.count == 1 ? "" : "s")\(remedy))"
      }.joined(separator: ", ")
    }
    let messages =
      ofMessages.isEmpty
      ? [] : ["in messages, where only a model's own template can read them: " + list(ofMessages, "message")]
    return ((ofRecords.isEmpty ? [] : [list(ofRecords, "record")]) + messages).joined(separator: "; ")
      + (areMore ? "; and others" : "")
  }
}

/// A record, and which of its keys were not read.
struct DecodedRecord: Sendable {
  let record: Record
  let unusedKeys: UnusedKeys
}
