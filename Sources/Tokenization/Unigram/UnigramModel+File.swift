import Diagnostics
import StrictJSON

extension UnigramModel {
  /// Reads the key `model` of a `tokenizer.json`: pieces with their scores in the order of their ids.
  ///
  /// - Throws: `UserError` of kind `file`.
  convenience init(_ section: FileSection) throws {
    try section.allowOnly("type", "unk_id", "vocab", "byte_fallback", "alpha", "nbest_size")
    for key in ["alpha", "nbest_size"] {
      if let value = section[key], value.doubleValue != 0 {
        throw section.error(at: key, "choosing among several encodings at random is not supported; expected null or 0.")
      }
    }
    let list = try section.array("vocab")
    guard list.count < Vocabulary.idLimit else {
      throw section.error(at: "vocab", "has \(list.count) pieces; expected at most \(Vocabulary.idLimit).")
    }
    var vocabulary = Vocabulary(capacity: list.count)
    var scores: [Double] = []
    scores.reserveCapacity(list.count)
    for (id, entry) in list.enumerated() {
      guard let pair = entry.arrayValue, pair.count == 2, let piece = pair[0].stringValue,
        let score = pair[1].doubleValue, !score.isNaN
      else {
        throw section.error(at: "vocab[\(id)]", "expected a piece and its score.")
      }
      do {
        try piece.withBytes { try vocabulary.add($0, id: id) }
      } catch {
        throw section.error(at: "vocab[\(id)]", "the piece '\(piece)' occurs twice.")
      }
      scores.append(score)
    }
    let unknown = try section.count("unk_id")
    guard unknown < list.count else {
      throw section.error(at: "unk_id", "\(unknown) is not in the vocabulary of \(list.count) pieces.")
    }
    self.init(
      vocabulary: vocabulary, scores: scores, unknown: Int32(unknown),
      bytes: try section.bool("byte_fallback", default: false) ? vocabulary.byteTokens : nil)
  }
}

extension Vocabulary {
  /// The tokens `<0x00>` … `<0xFF>`, -1 for a missing one.
  var byteTokens: [Int32] { (0..<256).map { id(of: byteToken(UInt8($0))) ?? -1 } }
}
