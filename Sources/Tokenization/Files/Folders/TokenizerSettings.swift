import Diagnostics
import Foundation
import StrictJSON

/// What the files beside a tokenizer say: tokens that it needs, and how it treats the ends of a text.
///
/// It follows transformers (`tokenization_utils_base.py`): `added_tokens_decoder` in `tokenizer_config.json` takes the
/// place of `added_tokens.json` and `special_tokens_map.json`.
struct TokenizerSettings {
  /// Tokens with the ids that the file gives them.
  private(set) var declared: [(token: AddedToken, id: Int)] = []
  /// The file that declares them.
  private(set) var declaringFile = TokenizerFiles.configuration
  /// The special tokens by their roles (`eos_token`).
  private(set) var named: [String: AddedToken] = [:]
  /// Special tokens without a role.
  private(set) var others: [AddedToken] = []
  /// `tokenizer_class`, without the ending `Fast`.
  private(set) var tokenizerClass: String?
  private(set) var addsBeginning: Bool?
  private(set) var addsEnd: Bool?
  private(set) var addsPrefixSpace: Bool?
  /// False if only the beginning of a text gets SentencePiece's extra space.
  private(set) var isLegacy: Bool?

  /// The roles of special tokens in the order in which transformers adds them.
  static let roles = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"]

  /// Without any files.
  init() {}

  /// - Throws: `UserError` of kind `file`.
  init(_ files: TokenizerFiles) throws {
    let configuration = try files.section(TokenizerFiles.configuration)
    if let section = configuration {
      let name = try section.optionalString("tokenizer_class")
      tokenizerClass = name.map { $0.hasSuffix("Fast") ? String($0.dropLast(4)) : $0 }
      addsBeginning = section["add_bos_token"]?.boolValue
      addsEnd = section["add_eos_token"]?.boolValue
      addsPrefixSpace = section["add_prefix_space"]?.boolValue
      isLegacy = section["legacy"]?.boolValue
      try readRoles(section)
    }
    if let tokens = try configuration?.section("added_tokens_decoder") {
      for (key, value) in tokens.members {
        guard let id = Int(key), 0..<Vocabulary.idLimit ~= id else {
          throw tokens.error("'\(key)' is not a token's id; expected 0 to \(Vocabulary.idLimit - 1).")
        }
        declared.append((try tokens.token(value, key: key, isSpecial: false), id))
      }
    } else {
      if let section = try files.section(TokenizerFiles.specialTokens) { try readRoles(section) }
      if let section = try files.section(TokenizerFiles.addedTokens) { try readAddedTokens(section) }
    }
    declared.sort { $0.id < $1.id }
  }

  /// Gives roles their tokens where no file does.
  mutating func useDefaults(_ defaults: [String: String]) {
    for (role, content) in defaults where named[role] == nil {
      named[role] = AddedToken(id: -1, content: content, isSpecial: true)
    }
  }

  /// All special tokens, in the order in which transformers adds them.
  var specialTokens: [AddedToken] { Self.roles.compactMap { named[$0] } + others }

  private mutating func readRoles(_ section: FileSection) throws {
    for role in Self.roles {
      if let value = section[role] { named[role] = try section.token(value, key: role, isSpecial: true) }
    }
    for key in ["additional_special_tokens", "extra_special_tokens"] {
      guard let value = section[key] else { continue }
      let tokens = value.arrayValue ?? value.objectValue?.members.map(\.value)
      guard let tokens else { throw section.error(at: key, "expected an array of tokens, found \(value.kindName).") }
      others += try tokens.map { try section.token($0, key: key, isSpecial: true) }
    }
  }

  private mutating func readAddedTokens(_ section: FileSection) throws {
    let special = Set(specialTokens.map(\.content))
    declaringFile = TokenizerFiles.addedTokens
    for (content, value) in section.members {
      guard let id = value.intValue, 0..<Vocabulary.idLimit ~= id else {
        throw section.error(
          at: content, "expected the token's id, 0 to \(Vocabulary.idLimit - 1), found \(value.kindName).")
      }
      let isSpecial = special.contains(content)
      let token = try section.token(.string(content), key: content, isSpecial: isSpecial)
      declared.append((token, id))
    }
  }
}

extension TokenizerFiles {
  /// The object in a JSON file, or nil if there is no such file.
  ///
  /// - Throws: `UserError` of kind `file`.
  func section(_ name: String) throws -> FileSection? {
    try self[name].map { try FileSection(json: $0, file: path(of: name)) }
  }
}

extension FileSection {
  /// A token as text or as an object; its id is -1.
  ///
  /// - Parameter isSpecial: whether it is special if it does not say so itself.
  fileprivate func token(_ value: JSONValue, key: String, isSpecial: Bool) throws -> AddedToken {
    var token: AddedToken
    if let content = value.stringValue {
      token = AddedToken(id: -1, content: content, isNormalized: !isSpecial, isSpecial: isSpecial)
    } else {
      let section = try FileSection(value, file: file, path: path(of: key))
      let special = try section.bool("special", default: isSpecial) || isSpecial
      token = AddedToken(
        id: -1, content: try section.string("content"),
        isSingleWord: try section.bool("single_word", default: false),
        stripsLeft: try section.bool("lstrip", default: false),
        stripsRight: try section.bool("rstrip", default: false),
        isNormalized: try section.bool("normalized", default: !special), isSpecial: special)
    }
    guard 1...1024 ~= token.content.utf8.count else {
      throw error(at: key, "a token of \(token.content.utf8.count) bytes; expected 1 to 1024.")
    }
    return token
  }
}
