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
  /// Reads the tokenizer among some files, and adds what the files beside it say.
  ///
  /// - Throws: `UserError` of kind `file`.
  init(_ files: TokenizerFiles) throws {
    guard let name = files.tokenizer, let data = files[name] else {
      throw UserError.file("\(files.place): contains no tokenizer.")
    }
    try self.init(data, name: name, settings: try TokenizerSettings(files), files: files)
  }

  /// Reads a tokenizer's file. Its name and its contents show what it is.
  ///
  /// - Throws: `UserError` of kind `file`.
  init(_ data: Data, name: String, settings: TokenizerSettings, files: TokenizerFiles) throws {
    let path = files.path(of: name)
    var settings = settings
    if name.hasSuffix(".json") || (!name.hasSuffix(".model") && data.first { $0 > 0x20 } == UInt8(ascii: "{")) {
      let root = try FileSection(json: data, file: path)
      if name == "vocab.json", !root.has("model") {
        try self.init(vocabularyAndMerges: &settings, files)
        frame(by: settings)
      } else if root.has("config"), !root.has("model") {
        try self.init(tekken: root)
      } else {
        try self.init(root)
      }
      try add(settings, of: files)
    } else if name.hasSuffix(".tiktoken") || Self.isTiktoken(data) {
      try self.init(tiktoken: data, name: name, settings: settings, files: files)
      try add(settings, of: files)
      frame(by: settings)
    } else {
      try self.init(sentencePiece: data, name: path, isLegacy: settings.isLegacy ?? true)
      try add(settings, of: files, renames: true)
      frame(by: settings)
    }
  }

  /// Reads a `tokenizer.json`.
  ///
  /// `truncation` and `padding` are ignored: the recipe decides how long an example can be, and Attune never pads.
  ///
  /// - Throws: `UserError` of kind `file`.
  init(_ root: FileSection) throws {
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
