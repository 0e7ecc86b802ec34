import Diagnostics
import Foundation
import InputFiles

/// Turns text into token ids and back, as a model's `tokenizer.json` (or SentencePiece `tokenizer.model`) specifies.
///
/// It produces the ids that Hugging Face's tokenizers produces with the same file. Anything in a file that it does not
/// support is refused by name. Several threads can use one tokenizer at the same time.
public struct Tokenizer: Sendable {
  private let parts: TokenizerParts
  private let states = EncodingStatePool()

  /// The largest file accepted; real ones have up to 40 MB.
  private static let maximumBytes = 256 << 20

  /// Reads a `tokenizer.json` or a SentencePiece `tokenizer.model`.
  ///
  /// - Throws: `UserError` of kind `file` that names the file and what is wrong or unknown in it.
  public init(contentsOf url: URL) throws {
    let file = try InputFile(url.path)
    guard file.size <= Self.maximumBytes else {
      throw UserError.file("\(url.path): has \(file.size) bytes; expected a tokenizer of at most \(Self.maximumBytes)")
    }
    try self.init(bytes: file.contents(limit: Self.maximumBytes), name: url.path)
  }

  /// Reads the `tokenizer.json` in a model's folder, or the `tokenizer.model` if there is none.
  ///
  /// - Throws: `UserError` of kind `file` that names the file and what is wrong or unknown in it.
  public init(folder: URL) throws {
    let names = ["tokenizer.json", "tokenizer.model"]
    let files = names.map { folder.appendingPathComponent($0) }
    guard let file = files.first(where: { FileManager.default.fileExists(atPath: $0.path) }) else {
      throw UserError.file("\(folder.path): contains neither \(names.joined(separator: " nor ")).")
    }
    try self.init(contentsOf: file)
  }

  /// Reads the bytes of a `tokenizer.json` or `tokenizer.model`.
  ///
  /// - Parameter name: the file's name. Its extension selects the format, and messages begin with it.
  /// - Throws: `UserError` of kind `file` that names the file and what is wrong or unknown in it.
  public init(bytes: Data, name: String) throws {
    let isJSON =
      name.hasSuffix(".json") || (!name.hasSuffix(".model") && bytes.first { $0 > 0x20 } == UInt8(ascii: "{"))
    parts = try isJSON ? TokenizerParts(json: bytes, name: name) : TokenizerParts(sentencePiece: bytes, name: name)
  }

  /// The largest id plus one. A model's vocabulary must be at least this large.
  public var vocabularySize: Int { max(parts.model.vocabulary.size, parts.addedTokens.size) }

  /// Encodes a text.
  ///
  /// Added tokens in the text (`<|im_end|>`) always become their ids.
  ///
  /// - Parameter addSpecialTokens: whether to run the post-processor, which adds the beginning-of-text token and the like.
  public func encode(_ text: String, addSpecialTokens: Bool = true) -> [Int32] {
    var ids = addSpecialTokens ? prefixIDs : []
    states.with { state in text.withBytes { parts.encode($0, &state, into: &ids) } }
    if addSpecialTokens { ids += suffixIDs }
    return ids
  }

  /// Decodes ids to text. Ids without a token are skipped.
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

  /// The token of an id as written in the vocabulary, or nil if the id has no token.
  public func token(of id: Int32) -> String? {
    parts.addedTokens.token(of: id)?.content ?? parts.model.vocabulary.token(of: id)
  }

  /// The id of a token as written in the vocabulary or the added tokens, or nil.
  public func id(of token: String) -> Int32? { parts.addedTokens.id(of: token) ?? parts.model.vocabulary.id(of: token) }

  /// Whether an id belongs to an added token that is marked special.
  public func isSpecial(_ id: Int32) -> Bool { parts.addedTokens.token(of: id)?.isSpecial ?? false }

  /// The ids that the post-processor puts before a text: the beginning-of-text token, or nothing.
  public var prefixIDs: [Int32] { parts.postProcessor.prefix }

  /// The ids that the post-processor puts after a text; usually none.
  public var suffixIDs: [Int32] { parts.postProcessor.suffix }
}

extension TokenizerParts {
  /// Appends the ids of a text: finds added tokens, normalizes, finds added tokens again, splits into words, merges.
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
    switch model {
    case .bytePairs(let model): encodeNormalized(text, isFirst: isFirst, model, &state, into: &ids)
    case .unigram(let model): encodeNormalized(text, isFirst: isFirst, model, &state, into: &ids)
    case .wordPieces(let model): encodeNormalized(text, isFirst: isFirst, model, &state, into: &ids)
    }
  }

  /// The same with a model of one type, so that the loop over words captures only the model and does no reference counting.
  @inline(__always)
  private func encodeNormalized(
    _ text: Bytes, isFirst: Bool, _ model: some WordEncoding, _ state: inout EncodingState, into ids: inout [Int32]
  ) {
    addedTokens.normalized.forEachPart(of: text) { range, id in
      if let id { return ids.append(id) }
      let part = Bytes(rebasing: text[range])
      preTokenizer.forEachWord(of: part, isFirst: isFirst && range.lowerBound == 0) { word in
        model.encode(word, &state, into: &ids)
      }
    }
  }
}
