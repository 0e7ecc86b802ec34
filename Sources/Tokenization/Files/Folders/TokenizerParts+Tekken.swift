import Diagnostics
import Foundation

extension TokenizerParts {
  /// Reads Mistral's `tekken.json`: byte sequences in base64 in the order of their ranks, after the special tokens.
  ///
  /// - Throws: `UserError` of kind `file`.
  init(tekken section: FileSection) throws {
    guard let configuration = try section.section("config") else {
      throw section.error("the key 'config' is missing; expected Mistral's tekken.json.")
    }
    let special = try section.specialTokens(configuration)
    var count = Int.max
    if configuration.has("default_vocab_size") {
      count = try configuration.count("default_vocab_size") - special.count
      guard count >= 0 else {
        throw configuration.error(
          at: "default_vocab_size", "is smaller than the number of special tokens, \(special.count).")
      }
    }
    var tokens = RankedTokens()
    for (rank, entry) in try section.array("vocab").prefix(count).enumerated() {
      let entry = try FileSection(entry, file: section.file, path: "vocab[\(rank)]")
      guard let bytes = Data(base64Encoded: try entry.string("token_bytes")) else {
        throw entry.error(at: "token_bytes", "is not base64.")
      }
      try tokens.append(Array(bytes), id: special.count + rank) { entry.error($0) }
    }
    let model = try tokens.model(others: special.enumerated().map { ($1, $0) }) { section.error(at: "vocab", $0) }
    self.init(
      bytePairs: model,
      pattern: try TextPattern(regex: try configuration.string("pattern"), of: configuration, key: "pattern"),
      normalizer: Normalizer())
    addedTokens = AddedTokens(
      special.enumerated().map { AddedToken(id: Int32($0), content: $1, isSpecial: true) }, normalizer: normalizer)
  }
}

extension FileSection {
  /// The special tokens in the order of their ids.
  fileprivate func specialTokens(_ configuration: FileSection) throws -> [String] {
    var tokens = Self.oldSpecialTokens
    if has("special_tokens") {
      let entries = try sections("special_tokens").map { (try $0.count("rank"), try $0.string("token_str")) }
        .sorted { $0.0 < $1.0 }
      guard entries.map(\.0) == Array(0..<entries.count) else {
        throw error(at: "special_tokens", "their ranks are not 0, 1, 2 and so on.")
      }
      tokens = entries.map(\.1)
    }
    let count = try configuration.count("default_num_special_tokens", default: tokens.count)
    guard count < Vocabulary.idLimit, tokens.count <= count, Set(tokens).count == tokens.count else {
      throw configuration.error(
        at: "default_num_special_tokens", "is \(count) for \(tokens.count) special tokens, which must differ.")
    }
    return tokens + (tokens.count..<count).map { "<SPECIAL_\($0)>" }
  }

  /// The special tokens of files that do not list them.
  ///
  /// Source: `tekken.py` of Mistral's mistral-common.
  private static let oldSpecialTokens = [
    "<unk>", "<s>", "</s>", "[INST]", "[/INST]", "[AVAILABLE_TOOLS]", "[/AVAILABLE_TOOLS]", "[TOOL_RESULTS]",
    "[/TOOL_RESULTS]", "[TOOL_CALLS]", "[IMG]", "<pad>", "[IMG_BREAK]", "[IMG_END]", "[PREFIX]", "[MIDDLE]", "[SUFFIX]",
    "[SYSTEM_PROMPT]", "[/SYSTEM_PROMPT]", "[TOOL_CONTENT]",
  ]
}
