import Checkpoints
import Diagnostics
import StrictJSON

extension ModelContents {
  /// The key in ``ModelContents/provenance`` for the variables that a model's own template was given in training, as
  /// JSON.
  static let templateOptions = "template_options"

  /// Notes the variables that the model's own template was given.
  public mutating func note(templateOptions options: JSONObject?) {
    provenance[Self.templateOptions] = options.map { JSONValue.object($0).compactText }
  }
}

extension [String: String] {
  /// The variables for a model's own template in the provenance of a model or adapter; nil if there are none.
  ///
  /// - Throws: `UserError` of kind `file` if they are not a JSON object.
  func templateOptions(of place: String) throws -> JSONObject? {
    guard let text = self[ModelContents.templateOptions] else { return nil }
    guard let options = (try? JSONValue(parsing: [UInt8](text.utf8)))?.objectValue else {
      throw UserError.file("\(place): provenance.\(ModelContents.templateOptions) is not a JSON object")
    }
    return options
  }
}
