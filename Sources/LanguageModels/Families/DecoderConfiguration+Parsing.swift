import Checkpoints
import StrictJSON

extension DecoderConfiguration {
  /// Reads `config.json`.
  ///
  /// - Parameters:
  ///   - text: the file's text.
  ///   - place: the file's path, for messages.
  ///   - assumesSizes: whether a size that the file does not name is the family's default; else it is an error.
  /// - Throws: `UserError` of kind `file`: a key that is missing, of the wrong type or impossible, or one that asks for
  ///   something that Attune does not compute.
  public init(parsing text: String, place: String, assumesSizes: Bool = true) throws {
    let reader = ConfigurationReader(object: try JSONObject(parsing: text.utf8, file: place), place: place)
    let family = try DecoderFamily(reader)
    if !assumesSizes, let size = FamilyDefaults().sizes.first(where: { !reader.has($0.key) }) {
      throw reader.missing(size.key)
    }
    self = try family.describe(family, reader)
  }
}
