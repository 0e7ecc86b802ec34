import Checkpoints
import Diagnostics
import StrictJSON
import Tokenization

extension ModelContents {
  /// The token that `tokenizer_config.json` names as `eos_token`, a text or an object with `content`.
  ///
  /// - Throws: `UserError` of kind `file` for a file that holds no JSON object.
  func endOfText(_ tokenizer: Tokenizer?, place: String) throws -> Int32? {
    let token = try object("tokenizer_config.json", of: place)?["eos_token"]
    return (token?.stringValue ?? token?["content"]?.stringValue).flatMap { tokenizer?.id(of: $0) }
  }

  /// The tokens that `generation_config.json` names as `eos_token_id`: a number, a list of numbers or null.
  ///
  /// - Throws: `UserError` of kind `file` where it is something else.
  func generationEnds(place: String) throws -> [Int32] {
    let name = "generation_config.json"
    guard let value = try object(name, of: place)?["eos_token_id"], !value.isNull else { return [] }
    return try (value.arrayValue ?? [value]).map { element in
      guard let id = element.intValue.flatMap({ Int32(exactly: $0) }), id >= 0 else {
        throw UserError.file("\(place)/\(name): eos_token_id: expected a token's id or a list of them")
      }
      return id
    }
  }

  /// A small file of the model as JSON, which must be an object; nil where there is none of this name.
  ///
  /// - Throws: `UserError` of kind `file`.
  func object(_ name: String, of place: String) throws -> JSONValue? {
    guard let data = files[name] else { return nil }
    do {
      let value = try JSONValue(parsing: data)
      guard value.objectValue != nil else {
        throw UserError.file("\(place)/\(name): is \(value.kindName); expected an object")
      }
      return value
    } catch let error as JSONError {
      throw UserError.file(error.message(in: "\(place)/\(name)"))
    }
  }
}
