import Diagnostics
import StrictJSON

extension BytePairModel {
  /// Reads the key `model` of a `tokenizer.json`.
  ///
  /// - Throws: `UserError` of kind `file`.
  convenience init(_ section: FileSection, isByteLevel: Bool) throws {
    try section.allowOnly(
      "type", "dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix", "fuse_unk", "byte_fallback",
      "ignore_merges", "vocab", "merges")
    if let dropout = section["dropout"], dropout.doubleValue != 0 {
      throw section.error(at: "dropout", "dropping merges at random is not supported; expected null or 0.")
    }
    let affixes = Affixes(
      prefix: Array((try section.optionalString("continuing_subword_prefix") ?? "").utf8),
      suffix: Array((try section.optionalString("end_of_word_suffix") ?? "").utf8))
    let vocabulary = try Vocabulary(section)
    let (merges, results) = try section.merges(vocabulary, prefix: affixes.prefix)

    var unknown = UnknownCharacters(fuses: try section.bool("fuse_unk", default: false))
    if let token = try section.optionalString("unk_token") {
      guard let id = vocabulary.id(of: token) else {
        throw section.error(at: "unk_token", "'\(token)' is not in the vocabulary.")
      }
      unknown.token = id
    }
    if try section.bool("byte_fallback", default: false) {
      unknown.bytes = (0..<256).map { vocabulary.id(of: byteToken(UInt8($0))) ?? -1 }
    }
    self.init(
      vocabulary: vocabulary, merges: merges, mergeResults: results, unknown: unknown,
      ignoresMerges: try section.bool("ignore_merges", default: false), isByteLevel: isByteLevel, affixes: affixes)
  }
}

/// The token of a byte in models that fall back to bytes: `<0x0A>`.
func byteToken(_ byte: UInt8) -> String {
  let digits = String(byte, radix: 16, uppercase: true)
  return "<0x\(digits.count < 2 ? "0" : "")\(digits)>"
}

extension Vocabulary {
  /// Reads the key `vocab`: an object that maps tokens to ids.
  init(_ section: FileSection) throws {
    guard let object = section["vocab"]?.objectValue else {
      throw section.error("the key 'vocab' is missing or not an object; expected the tokens with their ids.")
    }
    try self.init(members: object.members) { section.error(at: "vocab", $0) }
  }

  /// The tokens of an object that maps them to ids.
  ///
  /// - Throws: an error made of what is wrong.
  init(members: [(key: String, value: JSONValue)], error: (String) -> UserError) throws {
    self.init(capacity: members.count)
    for (token, value) in members {
      guard let id = value.intValue else {
        throw error("the id of '\(token)' is \(value.kindName); expected a whole number.")
      }
      do {
        try token.withBytes { try add($0, id: id) }
      } catch Conflict.idOutOfRange {
        throw error("'\(token)' has the id \(id); expected 0 to \(Self.idLimit - 1).")
      } catch Conflict.idTaken(let other) {
        throw error("'\(token)' and '\(other)' have the same id, \(id).")
      }
    }
  }
}

extension FileSection {
  /// Reads the key `merges`: `"a b"` or `["a", "b"]`, in order. Also returns the tokens that the merges produce.
  fileprivate func merges(_ vocabulary: Vocabulary, prefix: [UInt8]) throws -> (table: MergeTable, results: [Int32]) {
    let list = try array("merges")
    var table = MergeTable(capacity: list.count)
    var results: [Int32] = []
    results.reserveCapacity(list.count)
    var joined: [UInt8] = []
    for (rank, merge) in list.enumerated() {
      func refused(_ problem: String) -> UserError { error(at: "merges[\(rank)]", problem) }
      joined.removeAll(keepingCapacity: true)
      let leftCount: Int
      switch merge {
      case .string(let text):
        let found = text.withBytes { bytes -> Int? in
          guard let space = bytes.firstIndex(of: UInt8(ascii: " ")) else { return nil }
          let right = bytes[(space + 1)...]
          if right.contains(UInt8(ascii: " ")) { return nil }
          joined.append(contentsOf: bytes[..<space])
          joined.append(contentsOf: right)
          return space
        }
        guard let found else { throw refused("expected two tokens with one space between them, found '\(text)'.") }
        leftCount = found
      case .array(let pair):
        guard pair.count == 2, let left = pair[0].stringValue, let right = pair[1].stringValue else {
          throw refused("expected a pair of tokens.")
        }
        joined.append(contentsOf: left.utf8)
        joined.append(contentsOf: right.utf8)
        leftCount = left.utf8.count
      default: throw refused("expected a pair of tokens, found \(merge.kindName).")
      }
      var ids = joined.withUnsafeBufferPointer { joined in
        [joined[..<leftCount], joined[leftCount...], joined[...]].map { part in
          vocabulary.id(of: Bytes(rebasing: part))
        }
      }
      if !prefix.isEmpty, joined[leftCount...].starts(with: prefix) {
        joined.removeSubrange(leftCount..<leftCount + prefix.count)
        ids[2] = joined.withUnsafeBufferPointer { vocabulary.id(of: $0) }
      }
      guard let left = ids[0], let right = ids[1], let token = ids[2] else {
        let missing = ids[0] == nil ? joined[..<leftCount] : ids[1] == nil ? joined[leftCount...] : joined[...]
        throw refused("the token '\(String(decoding: missing, as: UTF8.self))' is not in the vocabulary.")
      }
      table.set(left, right, to: MergeTable.Merge(rank: UInt32(truncatingIfNeeded: rank), token: token))
      results.append(token)
    }
    return (table, results)
  }
}

extension String {
  /// Calls `body` with the UTF-8 bytes of the string.
  @inline(__always)
  func withBytes<Result>(_ body: (Bytes) throws -> Result) rethrows -> Result {
    if let result = try utf8.withContiguousStorageIfAvailable(body) { return result }
    return try Array(utf8).withUnsafeBufferPointer(body)
  }
}
