import Diagnostics
import Foundation

extension TokenizerParts {
  /// Reads a SentencePiece `tokenizer.model` of the type BPE or Unigram.
  ///
  /// The result is the same as with Llama's `tokenizer.json` for the same vocabulary: control and unknown pieces are special
  /// added tokens, which are found in a text by their names, and the beginning-of-text piece comes first.
  ///
  /// - Parameter isLegacy: whether each text between special tokens gets the extra space, rather than the first one.
  /// - Throws: `UserError` of kind `file`.
  init(sentencePiece bytes: Data, name: String, isLegacy: Bool) throws {
    let file: SentencePieceFile
    do {
      file = try SentencePieceFile(Array(bytes))
    } catch let error as ProtobufReader.Malformed {
      throw UserError.file("\(name): not a SentencePiece tokenizer.model: \(error.problem).")
    }
    try file.checkSupport(name)

    model = try WordModel(file, name)
    let space = Array("\u{2581}".utf8)
    normalizer = Normalizer()
    if !file.characterMap.isEmpty {
      do {
        normalizer.steps.append(.characterMap(try CharacterMap(file.characterMap)))
      } catch let error as CharacterMap.Malformed {
        throw UserError.file("\(name): precompiled_charsmap: \(error.problem)")
      }
    }
    if file.removesExtraSpaces { normalizer.steps.append(.removeExtraSpaces) }
    preTokenizer = PreTokenizer()
    if file.addsDummyPrefix, isLegacy { normalizer.steps.append(.prepend([UInt8(ascii: " ")])) }
    if file.escapesSpaces { normalizer.steps.append(.replace(.literal([UInt8(ascii: " ")]), space)) }
    if file.addsDummyPrefix, !isLegacy {
      preTokenizer.steps = [.metaspace(replacement: space, prepend: .first, splits: false)]
    }
    addedTokens = AddedTokens(file.addedTokens, normalizer: Normalizer())
    postProcessor = PostProcessor()
    if let beginning = file.pieces.firstIndex(where: { $0.kind == .control && $0.text == file.beginningPiece }) {
      postProcessor.prefix = [Int32(truncatingIfNeeded: beginning)]
    }
    var steps: [DecodingStep] = [.replace(.literal(space), [UInt8(ascii: " ")]), .byteFallback, .fuse]
    if file.addsDummyPrefix { steps.append(.strip([UInt8(ascii: " ")], start: 1, stop: 0)) }
    decoder = Decoder(steps: steps)
  }
}

extension WordModel {
  fileprivate init(_ file: SentencePieceFile, _ name: String) throws {
    let vocabulary = try Vocabulary(file, name)
    let unknownPiece = file.pieces.firstIndex { $0.kind == .unknown }.map { Int32(truncatingIfNeeded: $0) }
    let bytes = file.fallsBackToBytes ? vocabulary.byteTokens : nil
    if file.modelType == 1 {
      guard let unknownPiece else { throw UserError.file("\(name): has no piece for unknown characters.") }
      let scores = file.pieces.map { Double($0.score) }
      self = .unigram(
        UnigramModel(vocabulary: vocabulary, scores: scores, unknown: unknownPiece, bytes: bytes) {
          [.normal, .userDefined].contains(file.pieces[$0].kind)
        })
      return
    }
    let (merges, results) = file.merges(vocabulary)
    var unknown = BytePairModel.UnknownCharacters(fuses: true)
    (unknown.token, unknown.bytes) = (unknownPiece, bytes)
    self = .bytePairs(
      BytePairModel(
        vocabulary: vocabulary, merges: merges, mergeResults: results, unknown: unknown, ignoresMerges: false,
        isByteLevel: false))
  }
}

extension SentencePieceFile {
  fileprivate func checkSupport(_ name: String) throws {
    guard !pieces.isEmpty else { throw UserError.file("\(name): not a SentencePiece tokenizer.model: no pieces.") }
    guard 1...2 ~= modelType else {
      let types: [UInt64: String] = [3: "Word", 4: "Char"]
      throw UserError.file(
        "\(name): the SentencePiece model type '\(types[modelType] ?? String(modelType))' is not supported; "
          + "expected BPE or Unigram.")
    }
    guard !treatsSpaceAsSuffix else {
      throw UserError.file("\(name): 'treat_whitespace_as_suffix' is not supported.")
    }
    if modelType == 2, let unused = pieces.firstIndex(where: { $0.kind == .unused }) {
      throw UserError.file("\(name): piece \(unused) has the type UNUSED, which is not supported.")
    }
    if let wrong = pieces.firstIndex(where: { $0.score.isNaN }) {
      throw UserError.file("\(name): the score of piece \(wrong) is NaN; expected a number.")
    }
  }

  /// The pieces that are not merged from characters. User-defined ones are found in the normalized text, the others in the
  /// original.
  fileprivate var addedTokens: [AddedToken] {
    pieces.enumerated().compactMap { id, piece in
      switch piece.kind {
      case .unknown, .control:
        AddedToken(
          id: Int32(truncatingIfNeeded: id), content: String(decoding: piece.text, as: UTF8.self), isSpecial: true)
      case .userDefined:
        AddedToken(
          id: Int32(truncatingIfNeeded: id), content: String(decoding: piece.text, as: UTF8.self), isNormalized: true)
      case .normal, .unused, .byte: nil
      }
    }
  }

  /// The merges: two adjacent pieces merge if together they are a normal piece. The highest score comes first; pieces with
  /// the same score have the same rank.
  fileprivate func merges(_ vocabulary: Vocabulary) -> (table: MergeTable, results: [Int32]) {
    let normal = pieces.indices.filter { pieces[$0].kind == .normal }
    let scores = Set(normal.map { pieces[$0].score }).sorted(by: >)
    let ranks = Dictionary(scores.enumerated().map { ($1, UInt32(truncatingIfNeeded: $0)) }) { first, _ in first }
    var table = MergeTable(capacity: 4 * normal.count)
    var results: [Int32] = []
    for number in normal {
      let token = Int32(truncatingIfNeeded: number)
      guard let rank = ranks[pieces[number].score] else { continue }
      var merges = false
      pieces[number].text.withUnsafeBufferPointer { text in
        for cut in text.indices.dropFirst() where text[cut] & 0xC0 != 0x80 {
          guard let left = mergeable(text[..<cut], vocabulary), let right = mergeable(text[cut...], vocabulary) else {
            continue
          }
          table.set(left, right, to: MergeTable.Merge(rank: rank, token: token))
          merges = true
        }
      }
      if merges { results.append(token) }
    }
    return (table, results)
  }

  private func mergeable(_ text: Slice<Bytes>, _ vocabulary: Vocabulary) -> Int32? {
    guard let id = vocabulary.id(of: Bytes(rebasing: text)), pieces[Int(id)].kind == .normal else { return nil }
    return id
  }
}

extension Vocabulary {
  fileprivate init(_ file: SentencePieceFile, _ name: String) throws {
    guard file.pieces.count < Self.idLimit else {
      throw UserError.file("\(name): has \(file.pieces.count) pieces; expected at most \(Self.idLimit).")
    }
    self.init(capacity: file.pieces.count)
    for (id, piece) in file.pieces.enumerated() {
      guard 1...1024 ~= piece.text.count, String(validating: piece.text, as: UTF8.self) != nil else {
        throw UserError.file("\(name): piece \(id) is not UTF-8 text of 1 to 1024 bytes.")
      }
      do {
        try piece.text.withUnsafeBufferPointer { try add($0, id: id) }
      } catch {
        throw UserError.file("\(name): piece \(id), '\(String(decoding: piece.text, as: UTF8.self))', occurs twice.")
      }
    }
  }
}
