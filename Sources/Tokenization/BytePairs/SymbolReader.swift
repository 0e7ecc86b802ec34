/// Reads the symbols that a word consists of before merging.
struct SymbolReader {
  private let word: Bytes
  private let model: BytePairModel
  private var position = 0
  private var run: UnknownRun

  init(of word: Bytes, _ model: BytePairModel) {
    self.word = word
    self.model = model
    run = UnknownRun(model.unknown)
  }

  var isAtEnd: Bool { position == word.count }

  /// Appends symbols until there are at least as many as a limit, or the word ends.
  mutating func read(upTo limit: Int, into symbols: inout [Int32]) {
    switch model.symbols {
    case .bytes(let tokens): read(tokens, upTo: limit, into: &symbols)
    case .characters(let characters, _): read(characters, upTo: limit, into: &symbols)
    case .affixed(let affixes): read(affixes, upTo: limit, into: &symbols)
    }
    if isAtEnd { run.end(&symbols) }
  }

  private mutating func read(_ tokens: [Int32], upTo limit: Int, into symbols: inout [Int32]) {
    while position < word.count, symbols.count < limit {
      let token = tokens[Int(word[position])]
      if token >= 0 {
        run.end(&symbols)
        symbols.append(token)
      } else {
        run.extend(&symbols)
      }
      position += 1
    }
  }

  private mutating func read(_ characters: CharacterTokens, upTo limit: Int, into symbols: inout [Int32]) {
    while position < word.count, symbols.count < limit {
      let (value, length) = decodedScalar(word, at: position)
      let token = characters.token(of: value)
      if token >= 0 {
        run.end(&symbols)
        symbols.append(token)
      } else {
        appendUnknown(word[position..<position + length], to: &symbols)
      }
      position += length
    }
  }

  private mutating func read(_ affixes: BytePairModel.Affixes, upTo limit: Int, into symbols: inout [Int32]) {
    while position < word.count, symbols.count < limit {
      let end = position + decodedScalar(word, at: position).length
      let symbol =
        (position > 0 ? affixes.prefix : []) + word[position..<end] + (end == word.count ? affixes.suffix : [])
      if let token = symbol.withUnsafeBufferPointer({ model.vocabulary.id(of: $0) }) {
        run.end(&symbols)
        symbols.append(token)
      } else {
        appendUnknown(symbol, to: &symbols)
      }
      position = end
    }
  }

  /// Appends the tokens of an unknown symbol's bytes, or extends the run of unknown ones.
  private mutating func appendUnknown(_ symbol: some Sequence<UInt8>, to symbols: inout [Int32]) {
    if let bytes = model.unknown.bytes, symbol.allSatisfy({ bytes[Int($0)] >= 0 }) {
      for byte in symbol { symbols.append(bytes[Int(byte)]) }
    } else {
      run.extend(&symbols)
    }
  }
}

/// A run of unknown characters whose token has not been written yet.
///
/// As in tokenizers, the token is written before the next known character or at the end of the word, so that it follows
/// any byte tokens in between.
private struct UnknownRun {
  private let characters: BytePairModel.UnknownCharacters
  private var isOpen = false

  init(_ characters: BytePairModel.UnknownCharacters) { self.characters = characters }

  mutating func extend(_ symbols: inout [Int32]) {
    guard let token = characters.token else { return }
    if isOpen, !characters.fuses { symbols.append(token) }
    isOpen = true
  }

  mutating func end(_ symbols: inout [Int32]) {
    guard isOpen, let token = characters.token else { return }
    symbols.append(token)
    isOpen = false
  }
}
