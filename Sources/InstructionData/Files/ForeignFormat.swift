import Diagnostics
import InputFiles

/// Recognises files that are clearly not records in UTF-8 by their first bytes: a message for each line of such a file
/// would help nobody.
enum ForeignFormat {
  private static let beginnings: [(bytes: [UInt8], what: String)] = [
    ([0xFF, 0xFE], "text in UTF-16; save it as UTF-8 (iconv -f UTF-16 -t UTF-8)"),
    ([0xFE, 0xFF], "text in UTF-16; save it as UTF-8 (iconv -f UTF-16 -t UTF-8)"),
    ([0x28, 0xB5, 0x2F, 0xFD], "compressed by zstd; unpack it (unzstd)"),
    (Array("PK\u{3}\u{4}".utf8), "a zip archive or a spreadsheet; unpack it, or export it as JSONL"),
    (Array("PAR1".utf8), "a Parquet file; export it as JSONL"),
    (Array("ARROW1".utf8), "an Arrow file; export it as JSONL"),
  ]

  /// Checks the first bytes of a file.
  ///
  /// - Throws: `UserError` of kind `file` that says what the file is and how to convert it.
  static func check(_ beginning: ArraySlice<UInt8>, path: String) throws {
    if let found = MisplacedContents(beginning) { throw UserError.file("\(path): \(found.description)") }
    if let found = beginnings.first(where: { beginning.starts(with: $0.bytes) }) {
      throw UserError.file("\(path): this is \(found.what)")
    }
    let line = beginning.prefix { $0 != 0x0A }
    let next = beginning.dropFirst(line.count).first { !$0.isJSONSpace }
    if line.filter({ !$0.isJSONSpace }) == [UInt8(ascii: "{")], let next, next != UInt8(ascii: "{") {
      throw UserError.file(
        "\(path):1: a record, or one object around all records, spans several lines; expected one JSON object per line, "
          + "or one array of objects; convert it with jq -c '.', or jq -c '.data[]' for a list under 'data'")
    }
  }
}
