/// A rendered conversation, and the positions of the assistant's answers in it.
struct RenderedTurns {
  /// The text, in which special tokens appear by name.
  let text: String
  /// The assistant's answers as ranges of bytes: ascending, not empty.
  let answers: [Range<Int>]
  /// The index of each answer's message; empty if that is not known.
  let messages: [Int]
  /// Whether the template itself marked the answers. Otherwise each extends to the end of the rendered message,
  /// including any text after the token that ends the turn.
  let areMarked: Bool
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
    let ends = zip(places, answers).map { place, answer in
      areMarked ? place : place.lowerBound..<end(of: place, answer, ids, encoder)
    }
    let kept = ends.indices.filter { !ends[$0].isEmpty }
    return ChatRow(
      ids: ids, answers: kept.map { ends[$0] }, messages: messages.isEmpty ? [] : kept.map { messages[$0] })
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
    if encoder.marksBeginnings { return placed(bounds, whole, encoder) }
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
    // The text from `start` on has the tokens `rest`, of which the first `known.tokens` end at the byte `known.end`.
    var start = 0
    var known = (end: 0, tokens: 0)
    var positions: [Int] = []
    func encode(from start: Int, to end: Int) -> [Int32] {
      let part = text.part(start..<end)
      return start == 0 ? encoder.encode(part) : encoder.encodeContinuation(part)
    }
    for (index, bound) in bounds.enumerated() {
      let next = encode(from: known.end, to: bound)
      if rest.dropFirst(known.tokens).starts(with: next) {
        known = (bound, known.tokens + next.count)
        positions.append(ids.count + known.tokens)
        continue
      }
      let ahead = known.end == start ? next : encode(from: start, to: bound)
      if rest.starts(with: ahead) {
        known = (bound, ahead.count)
        positions.append(max(positions.last ?? 0, ids.count + ahead.count))
      } else if !index.isMultiple(of: 2) {
        let shared = zip(ahead, rest).prefix { $0 == $1 }.count
        positions.append(max(positions.last ?? 0, ids.count + min(shared + 1, rest.count)))
      } else {
        ids += ahead
        positions.append(ids.count)
        (start, known) = (bound, (bound, 0))
        rest = encode(from: bound, to: text.utf8.count)
      }
    }
    return (ids + rest, positions)
  }
}

extension String {
  /// The text in a range of bytes, whose bounds lie between characters.
  func part(_ range: Range<Int>) -> String {
    String(Substring(utf8.prefix(range.upperBound).dropFirst(range.lowerBound)))
  }
}
