import Diagnostics
import StrictJSON

/// Token ids that are given as text.
struct TokenIDs {
  /// The ids, in order.
  let values: [Int32]

  /// Reads ids separated by spaces, line breaks or commas, a JSON array of ids, or an object with the key `ids`.
  ///
  /// - Throws: `UserError` of kind `file` that quotes what is not an id.
  init(_ text: String, place: String) throws {
    let first = text.utf8.first { $0 > 0x20 }
    if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
      values = try Self.ids(ofJSON: text, place)
      return
    }
    values = try text.utf8.split { $0 <= 0x20 || $0 == UInt8(ascii: ",") }.map { word in
      guard let id = Int32(Substring(word)), id >= 0 else {
        throw UserError.file("\(place): expected token ids, found '\(Substring(word))'.")
      }
      return id
    }
  }

  private static func ids(ofJSON text: String, _ place: String) throws -> [Int32] {
    let document: JSONValue
    do {
      document = try JSONValue(parsing: Array(text.utf8))
    } catch {
      throw UserError.file("\(place): \(error)")
    }
    guard let list = (document["ids"] ?? document).arrayValue else {
      throw UserError.file("\(place): expected an array of token ids, or an object with the key 'ids'.")
    }
    return try list.map { value in
      guard let id = value.intValue.flatMap({ Int32(exactly: $0) }), id >= 0 else {
        throw UserError.file("\(place): expected token ids, found \(value.compactText).")
      }
      return id
    }
  }
}
