import Diagnostics
import StrictJSON

extension DecoderConfiguration {
  /// Reads `config.json`.
  ///
  /// - Parameters:
  ///   - text: the file's text.
  ///   - place: the file's path, for messages.
  /// - Throws: `UserError` of kind `file`: a key that is missing, of the wrong type or impossible, or one that asks for
  ///   something that Attune does not compute.
  public init(parsing text: String, place: String) throws {
    let value: JSONValue
    do {
      value = try JSONValue(parsing: text.utf8)
    } catch let error as JSONError {
      throw UserError.file(error.message(in: place))
    }
    guard let object = value.objectValue else {
      throw UserError.file("\(place): expected an object, found \(value.kindName)")
    }
    let reader = ConfigurationReader(object: object, place: place)
    let family = try DecoderFamily(reader)
    self = try family.describe(family, reader)
  }
}
