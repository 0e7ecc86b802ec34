import DataChecks
import InstructionData

/// The keys of each file that nothing reads: a finding a key, at the first record that has it.
struct UnreadKeyFindings {
  private struct File {
    var keys = UnusedKeys()
    var places: [String: RecordPlace] = [:]
  }

  private var files: [Int: File] = [:]

  /// Takes the keys of a record.
  mutating func add(_ keys: UnusedKeys, at place: RecordPlace) {
    if keys.isEmpty { return }
    files[place.file, default: File()].keys.add(keys)
    for key in keys.ofRecords + keys.ofMessages where files[place.file]?.places[key.name] == nil {
      // A file with more keys than are named keeps no place for the others.
      if files[place.file]?.keys.names(key.name) == true { files[place.file]?.places[key.name] = place }
    }
  }

  /// The findings, file by file.
  var all: [Finding] {
    files.sorted { $0.key < $1.key }.map(\.value).flatMap { file in
      file.keys.ofRecords.map { Self.finding($0, file, "nothing reads the key", "record") }
        + file.keys.ofMessages.map {
          Self.finding($0, file, "in messages, nothing but a model's own template can read the key", "message")
        }
    }.compactMap { $0 }
  }

  private static func finding(_ key: UnusedKeys.Key, _ file: File, _ what: String, _ unit: String) -> Finding? {
    file.places[key.name].map { place in
      Finding(
        .unreadKey, at: place, "\(what) '\(key.name)' (\(key.count) \(unit)\(key.count == 1 ? "" : "s"))",
        value: Double(key.count))
    }
  }
}
