import InstructionData

/// A tokenizer whose tokens are characters, so that expected rows are readable: a character's id is its scalar value,
/// and named tokens follow.
enum CharacterTokenizer {
  static let firstNamed: Int32 = 0x110000

  /// The tokenizer with named tokens.
  ///
  /// - Parameter prefix: the names of the tokens before every text.
  static func encoder(
    _ named: [String] = ["<s>", "</s>"], prefix: [String] = [], endOfText: String? = nil
  ) -> TextEncoder {
    let id: @Sendable (String) -> Int32? = { name in
      named.firstIndex(of: name).map { firstNamed + Int32($0) }
        ?? (name.unicodeScalars.count == 1 ? name.unicodeScalars.first.map { Int32($0.value) } : nil)
    }
    let encode: @Sendable (String) -> [Int32] = { text in
      var ids: [Int32] = []
      var rest = text[...]
      while let scalar = rest.unicodeScalars.first {
        if let name = named.first(where: { rest.hasPrefix($0) }), let token = id(name) {
          ids.append(token)
          rest = rest.dropFirst(name.count)
        } else {
          ids.append(Int32(scalar.value))
          rest.unicodeScalars.removeFirst()
        }
      }
      return ids
    }
    return TextEncoder(
      encode: encode, id: id, specialName: { $0 < firstNamed ? nil : named[Int($0 - firstNamed)] },
      prefix: prefix.compactMap(id), endOfText: endOfText.flatMap(id),
      vocabularySize: Int(firstNamed) + named.count)
  }

  /// The text of ids, named tokens by their names.
  static func text(_ ids: some Sequence<Int32>, _ named: [String]) -> String {
    ids.map { id in
      id >= firstNamed ? named[Int(id - firstNamed)] : Unicode.Scalar(UInt32(id)).map { String($0) } ?? "?"
    }.joined()
  }

  /// The complete row of an example, with the trained parts in ⟦ ⟧.
  static func row(_ example: Example, _ named: [String]) -> String {
    var row = ""
    for (position, id) in example.tokens.enumerated() {
      if example.trained.contains(where: { $0.lowerBound == position }) { row += "⟦" }
      row += text([id], named)
      if example.trained.contains(where: { $0.upperBound == position + 1 }) { row += "⟧" }
    }
    return row
  }
}
