import Diagnostics
import StrictJSON

/// Token ids that are given as text.
struct TokenIDs {
  /// The ids, in order.
  let values: [Int32]

  /// Reads ids separated by spaces, line breaks or commas, a JSON array of ids, or an object with the key `ids`.
  ///
  /// - Parameters:
  ///   - file: the name of the file that the text comes from, for messages.
  ///   - line: the line of the file; nil if the text is the complete file.
  /// - Throws: `UserError` of kind `file` that quotes what is not an id.
  init(_ text: String, in file: String, line: Int?) throws {
    let place = line.map { "\(file):\($0)" } ?? file
    let first = text.utf8.first { $0 > 0x20 }
    if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
      do {
        values = try Self.ids(of: JSONValue(parsing: text.utf8), place)
        return
      } catch let error as JSONError {
        throw UserError.file(error.message(in: file, startingAt: line ?? 1))
      }
    }
    values = try text.utf8.split { $0 <= 0x20 || $0 == UInt8(ascii: ",") }.map { word in
      guard let id = Int32(Substring(word)), id >= 0 else {
        throw UserError.file("\(place): expected token ids, found '\(Substring(word))'.")
      }
      return id
    }
  }

  private static func ids(of document: JSONValue, _ place: String) throws -> [Int32] {
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
