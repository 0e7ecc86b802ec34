import Diagnostics

/// Byte sequences in the order of their ranks, from which tiktoken makes a byte-level BPE: two tokens merge if together
/// they are a token, the one with the lowest rank first.
struct RankedTokens {
  private var table = ByteStringTable(capacity: 1 << 16)
  private var tokens: [(bytes: [UInt8], id: Int)] = []

  /// The longest token accepted; those of real models have up to 128 bytes.
  private static let longestToken = 512

  var count: Int { tokens.count }

  /// Adds the next token.
  ///
  /// - Throws: an error made of what is wrong.
  mutating func append(_ bytes: [UInt8], id: Int, error: (String) -> UserError) throws {
    guard 1...Self.longestToken ~= bytes.count else {
      throw error("a token of \(bytes.count) bytes; expected 1 to \(Self.longestToken).")
    }
    guard tokens.count < Vocabulary.idLimit else { throw error("more than \(Vocabulary.idLimit) tokens.") }
    guard bytes.withUnsafeBufferPointer({ table.insert($0) }) != nil else {
      throw error("the token '\(String(decoding: bytes, as: UTF8.self))' occurs twice.")
    }
    tokens.append((bytes, id))
  }

  /// The model with these tokens and others that are not made by merging.
  ///
  /// - Throws: an error made of what is wrong.
  func model(others: [(content: String, id: Int)] = [], error: (String) -> UserError) throws -> BytePairModel {
    var vocabulary = Vocabulary(capacity: tokens.count + others.count)
    func add(_ text: [UInt8], _ id: Int) throws {
      do {
        try text.withUnsafeBufferPointer { try vocabulary.add($0, id: id) }
      } catch {
        throw error_("the id \(id) is out of range or has two tokens, or the token occurs twice.")
      }
    }
    let error_ = error
    for (content, id) in others { try add(Array(content.utf8), id) }
    for (bytes, id) in tokens { try add(ByteLevelAlphabet.text(of: bytes), id) }
    var merges = MergeTable(capacity: 4 * tokens.count)
    var results: [Int32] = []
    var rank: UInt32 = 0
    for (bytes, id) in tokens where bytes.count > 1 {
      let splits = self.splits(of: bytes)
      for (left, right) in splits {
        let (left, right) = (Int32(tokens[left].id), Int32(tokens[right].id))
        merges.set(left, right, to: MergeTable.Merge(rank: rank, token: Int32(id)))
        rank += 1
      }
      if !splits.isEmpty { results.append(Int32(id)) }
    }
    return BytePairModel(
      vocabulary: vocabulary, merges: merges, mergeResults: results, unknown: BytePairModel.UnknownCharacters(),
      ignoresMerges: true, isByteLevel: true)
  }

  /// The ways to split a token into two others, by their ranks.
  private func splits(of bytes: [UInt8]) -> [(Int, Int)] {
    bytes.withUnsafeBufferPointer { bytes in
      (1..<bytes.count).compactMap { cut in
        guard let left = table.find(Bytes(rebasing: bytes[..<cut])),
          let right = table.find(Bytes(rebasing: bytes[cut...]))
        else { return nil }
        return (left, right)
      }.sorted { $0 < $1 }
    }
  }
}

extension TokenizerParts {
  /// A byte-level BPE that splits text by a pattern.
  init(bytePairs model: BytePairModel, pattern: TextPattern, prefixesSpace: Bool = false, normalizer: Normalizer) {
    self.model = .bytePairs(model)
    self.normalizer = normalizer
    preTokenizer = PreTokenizer()
    preTokenizer.steps = (prefixesSpace ? [.prefixSpace] : []) + [.split(pattern, .isolated, invert: false)]
    preTokenizer.isByteLevel = true
    addedTokens = AddedTokens([], normalizer: normalizer)
    postProcessor = PostProcessor()
    decoder = Decoder(steps: [.byteLevel])
  }
}
