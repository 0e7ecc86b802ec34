import Diagnostics
import Foundation
import StrictJSON

/// The stages of a tokenizer, in the order in which they process a text.
struct TokenizerParts: Sendable {
  var addedTokens: AddedTokens
  var normalizer: Normalizer
  var preTokenizer: PreTokenizer
  var model: WordModel
  var postProcessor: PostProcessor
  var decoder: Decoder
}

extension TokenizerParts {
  /// Reads a `tokenizer.json`.
  ///
  /// `truncation` and `padding` are ignored: the recipe decides how long an example can be, and Attune never pads.
  ///
  /// - Throws: `UserError` of kind `file`.
  init(json bytes: Data, name: String) throws {
    let document: JSONValue
    do {
      document = try JSONValue(parsing: bytes)
    } catch let error as JSONError {
      throw UserError.file(error.message(in: name))
    }
    let root = try FileSection(document, file: name, path: "")
    try root.allowOnly(
      "version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer", "post_processor", "decoder",
      "model")
    if let version = try root.optionalString("version"), version != "1.0" {
      throw root.error(at: "version", "'\(version)' is not supported; expected '1.0'.")
    }
    normalizer = try root.section("normalizer").map { try Normalizer($0) } ?? Normalizer()
    preTokenizer = try root.section("pre_tokenizer").map { try PreTokenizer($0) } ?? PreTokenizer()
    guard let modelSection = try root.section("model") else { throw root.error("the key 'model' is missing.") }
    model = try WordModel(modelSection, isByteLevel: preTokenizer.isByteLevel)
    if preTokenizer.isByteLevel, !model.encodesBytes { preTokenizer.steps.append(.byteCharacters) }
    addedTokens = try AddedTokens(
      root.has("added_tokens") ? root.sections("added_tokens") : [], vocabulary: model.vocabulary,
      normalizer: normalizer)
    postProcessor = PostProcessor()
    decoder = try root.section("decoder").map { try Decoder($0) } ?? Decoder()
    if let section = try root.section("post_processor") {
      postProcessor = try PostProcessor(section, isKnown: isKnown)
    }
  }

  private func isKnown(_ id: Int32) -> Bool {
    addedTokens.token(of: id) != nil || model.vocabulary.withToken(of: id) { _ in true } ?? false
  }
}
