import Diagnostics
import Foundation

/// Turns text into token ids and back, as the files of a model specify.
///
/// It reads `tokenizer.json`, SentencePiece's and tiktoken's `tokenizer.model`, `tekken.json`, and `vocab.json` with
/// `merges.txt`. It produces the ids that Hugging Face's tokenizers and transformers produce with the same files. Anything
/// in a file that it does not support is refused by name. Several threads can use one tokenizer at the same time.
public struct Tokenizer: Sendable {
  private let parts: TokenizerParts
  private let states = EncodingStatePool()

  /// Reads a tokenizer's file, or the tokenizer of a folder.
  ///
  /// Of the files beside a file, only the merges of a `vocab.json` are read.
  ///
  /// - Throws: `UserError` of kind `file` that names the file and what is wrong or unknown in it.
  public init(contentsOf url: URL) throws {
    try self.init(TokenizerFiles(at: url))
  }

  /// Reads the tokenizer in a model's folder, with the files that add tokens to it.
  ///
  /// - Throws: `UserError` of kind `file` that names the file and what is wrong or unknown in it.
  public init(folder: URL) throws { try self.init(TokenizerFiles(folder: folder)) }

  /// Reads the bytes of a tokenizer's file.
  ///
  /// - Parameter name: the file's path. Its extension selects the format, and messages begin with it.
  /// - Throws: `UserError` of kind `file` that names the file and what is wrong or unknown in it.
  public init(bytes: Data, name: String) throws {
    parts = try TokenizerParts(
      bytes, name: name, settings: TokenizerSettings(), files: TokenizerFiles([:], place: ""))
  }

  /// Reads a tokenizer's files.
  ///
  /// - Throws: `UserError` of kind `file` that names the file and what is wrong or unknown in it.
  public init(_ files: TokenizerFiles) throws { parts = try TokenizerParts(files) }

  /// The largest id plus one. A model's vocabulary must be at least this large.
  public var vocabularySize: Int { parts.size }

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

  /// Whether an id belongs to an added token, rather than to the model's vocabulary alone.
  public func isAdded(_ id: Int32) -> Bool { parts.addedTokens.token(of: id) != nil }

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
