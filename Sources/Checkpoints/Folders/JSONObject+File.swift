import Diagnostics
import StrictJSON

extension JSONObject {
  /// Reads a file that holds one JSON object.
  ///
  /// - Parameters:
  ///   - contents: the file's bytes.
  ///   - file: the file's path, for messages.
  /// - Throws: `UserError` of kind `file`.
  package init(parsing contents: some Collection<UInt8>, file: String) throws {
    let value: JSONValue
    do {
      value = try JSONValue(parsing: contents)
    } catch let error as JSONError {
      throw UserError.file(error.message(in: file))
    }
    guard let object = value.objectValue else {
      throw UserError.file("\(file): expected an object, found \(value.kindName)")
    }
    self = object
  }
}
