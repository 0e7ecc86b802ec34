import Diagnostics
import Foundation
import InputFiles

/// Text to token ids and back, as a model's `tokenizer.json` (or SentencePiece `tokenizer.model`) says.
///
/// It gives the ids that Hugging Face's tokenizers gives for the same file. A file that holds anything not understood
/// here is refused by name. A tokenizer may be used from several threads at once.
public struct Tokenizer: Sendable {
  private let parts: TokenizerParts
  private let states = EncodingStatePool()

  /// The largest file that is read: real ones have up to 40 MB.
  private static let maximumBytes = 256 << 20

  /// Reads `tokenizer.json`, or a SentencePiece `tokenizer.model`.
  ///
  /// - Throws: `UserError` of kind `file` that names the file and what in it is wrong or unknown.
  public init(contentsOf url: URL) throws {
    let file = try InputFile(url.path)
    guard file.size <= Self.maximumBytes else {
      throw UserError.file("\(url.path): has \(file.size) bytes; expected a tokenizer of at most \(Self.maximumBytes)")
    }
    try self.init(bytes: file.contents(limit: Self.maximumBytes), name: url.path)
  }

  /// Reads the `tokenizer.json` of a model's folder, or its `tokenizer.model` where there is none.
  ///
  /// - Throws: `UserError` of kind `file` that names the file and what in it is wrong or unknown.
  public init(folder: URL) throws {
    let names = ["tokenizer.json", "tokenizer.model"]
    let files = names.map { folder.appendingPathComponent($0) }
    guard let file = files.first(where: { FileManager.default.fileExists(atPath: $0.path) }) else {
      throw UserError.file("\(folder.path): holds neither \(names.joined(separator: " nor ")).")
    }
    try self.init(contentsOf: file)
  }

  /// Reads the bytes of a `tokenizer.json` or `tokenizer.model`; `name` stands in messages.
  ///
  /// - Throws: `UserError` of kind `file` that names the file and what in it is wrong or unknown.
  public init(bytes: Data, name: String) throws {
    let isJSON =
      name.hasSuffix(".json") || (!name.hasSuffix(".model") && bytes.first { $0 > 0x20 } == UInt8(ascii: "{"))
    parts = try isJSON ? TokenizerParts(json: bytes, name: name) : TokenizerParts(sentencePiece: bytes, name: name)
  }

  /// The largest id plus one: a model's vocabulary must be at least this large.
  public var vocabularySize: Int { max(parts.model.vocabulary.size, parts.addedTokens.size) }

  /// The ids of a text; `addSpecialTokens` runs the post-processor (beginning-of-text and the like).
  ///
  /// Added tokens inside the text (`<|im_end|>`) become their ids in either case.
  public func encode(_ text: String, addSpecialTokens: Bool = true) -> [Int32] {
    var ids = addSpecialTokens ? prefixIDs : []
    states.with { state in text.withBytes { parts.encode($0, &state, into: &ids) } }
    if addSpecialTokens { ids += suffixIDs }
    return ids
  }

  /// The text of ids; ids without a token are passed over.
  public func decode(_ ids: [Int32], skipSpecialTokens: Bool = true) -> String {
    var pieces = TokenPieces()
    for id in ids {
      if let token = parts.addedTokens.decodedToken(of: id) {
        if !token.isSpecial || !skipSpecialTokens { pieces.append(token.bytes) }
      } else {
        parts.model.vocabulary.withToken(of: id) { pieces.append($0) }
      }
    }
    return parts.decoder.text(of: pieces)
  }

  /// The token of an id as it stands in the vocabulary, or nil where there is none.
  public func token(of id: Int32) -> String? {
    parts.addedTokens.token(of: id)?.content ?? parts.model.vocabulary.token(of: id)
  }

  /// The id of a token as it stands in the vocabulary or among the added tokens, or nil.
  public func id(of token: String) -> Int32? { parts.addedTokens.id(of: token) ?? parts.model.vocabulary.id(of: token) }

  /// Whether an id is one of the added tokens that are marked special.
  public func isSpecial(_ id: Int32) -> Bool { parts.addedTokens.token(of: id)?.isSpecial ?? false }

  /// The ids that the post-processor puts before a single text (beginning-of-text, usually none or one).
  public var prefixIDs: [Int32] { parts.postProcessor.prefix }

  /// The ids that the post-processor puts behind a single text (usually none).
  public var suffixIDs: [Int32] { parts.postProcessor.suffix }
}

extension TokenizerParts {
  /// Appends the ids of a text: added tokens, then normalization, added tokens again, words, merges.
  fileprivate func encode(_ text: Bytes, _ state: inout EncodingState, into ids: inout [Int32]) {
    addedTokens.raw.forEachPart(of: text) { range, id in
      if let id { return ids.append(id) }
      let isFirst = range.lowerBound == 0
      let part = Bytes(rebasing: text[range])
      if normalizer.isIdentity {
        encodeNormalized(part, isFirst: isFirst, &state, into: &ids)
      } else {
        normalizer.apply(Array(part)).withUnsafeBufferPointer {
          encodeNormalized($0, isFirst: isFirst, &state, into: &ids)
        }
      }
    }
  }

  private func encodeNormalized(_ text: Bytes, isFirst: Bool, _ state: inout EncodingState, into ids: inout [Int32]) {
    // Named here, so that the loop over words captures the model alone and counts no references.
    let model = model
    addedTokens.normalized.forEachPart(of: text) { range, id in
      if let id { return ids.append(id) }
      let part = Bytes(rebasing: text[range])
      preTokenizer.forEachWord(of: part, isFirst: isFirst && range.lowerBound == 0) { word in
        model.encode(word, &state, into: &ids)
      }
    }
  }
}
