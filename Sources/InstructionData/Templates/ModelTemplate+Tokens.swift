import StrictJSON

/// A row of tokens, and the positions of the assistant's answers in it.
public struct ChatRow: Sendable, Equatable {
  /// The tokens.
  public let ids: [Int32]
  /// The positions of the assistant's messages, including the tokens that end them.
  public let answers: [Range<Int>]
}

extension RenderedTurns {
  /// The tokens of the text.
  ///
  /// They are those of transformers for the complete text, unless a token would span the beginning of an answer (one
  /// that begins with white space). There the text is split and tokenized in two pieces, so that the same tokens
  /// precede the answer in training and when the model is asked. A token that spans the end of an answer belongs to the
  /// answer.
  func row(_ encoder: TextEncoder) -> ChatRow {
    let (ids, positions) = tokens(encoder)
    let places = stride(from: 0, to: positions.count, by: 2).map { positions[$0]..<positions[$0 + 1] }
    return ChatRow(
      ids: ids,
      answers: zip(places, answers).map { place, answer in
        areMarked ? place : place.lowerBound..<end(of: place, answer, ids, encoder)
      }.filter { !$0.isEmpty })
  }

  /// The position after the token that ends the turn: the last special token, if only white space follows it in the
  /// message. Without such a token the answer extends to the end of the message, whose last tokens then end it.
  private func end(of place: Range<Int>, _ answer: Range<Int>, _ ids: [Int32], _ encoder: TextEncoder) -> Int {
    guard let last = place.last(where: { encoder.specialName(ids[$0]) != nil }),
      let name = encoder.specialName(ids[last])
    else { return place.upperBound }
    let text = text.part(answer).strippingWhitespace()
    return text.utf8.reversed().starts(with: name.strippingWhitespace().utf8.reversed()) ? last + 1 : place.upperBound
  }

  /// The tokens, and the positions where answers begin and end.
  private func tokens(_ encoder: TextEncoder) -> (ids: [Int32], positions: [Int]) {
    let bounds = answers.flatMap { [$0.lowerBound, $0.upperBound] }
    let whole = encoder.encode(text)
    var joined: [Int32] = []
    var positions: [Int] = []
    for (start, end) in zip([0] + bounds, bounds + [text.utf8.count]) {
      if start < end { joined += encoder.encode(text.part(start..<end)) }
      positions.append(joined.count)
    }
    // The usual case: the parts between the bounds have the same tokens as the complete text.
    if joined == whole { return (whole, Array(positions.dropLast())) }
    return placed(bounds, whole, encoder)
  }

  /// The same if the parts have other tokens than the complete text, as with SentencePiece, which encodes the first
  /// word of a text differently. A bound lies between two tokens of the complete text if the part before it has the
  /// complete text's first tokens.
  private func placed(_ bounds: [Int], _ whole: [Int32], _ encoder: TextEncoder) -> (ids: [Int32], positions: [Int]) {
    var ids: [Int32] = []
    var rest = whole
    var start = 0
    var positions: [Int] = []
    for (index, bound) in bounds.enumerated() {
      let ahead = encoder.encode(text.part(start..<bound))
      let isEnd = !index.isMultiple(of: 2)
      if rest.starts(with: ahead) {
        positions.append(max(positions.last ?? 0, ids.count + ahead.count))
      } else if isEnd {
        let shared = zip(ahead, rest).prefix { $0 == $1 }.count
        positions.append(max(positions.last ?? 0, ids.count + min(shared + 1, rest.count)))
      } else {
        ids += ahead
        positions.append(ids.count)
        start = bound
        rest = encoder.encode(text.part(start..<text.utf8.count))
      }
    }
    return (ids + rest, positions)
  }
}

extension String {
  /// The text in a range of bytes, whose bounds lie between characters.
  fileprivate func part(_ range: Range<Int>) -> String {
    String(Substring(utf8.prefix(range.upperBound).dropFirst(range.lowerBound)))
  }
}
