import InstructionData
import Tokenization

/// Neighbouring tokens of one kind, as text.
struct TokenRun {
  let text: String
  let isTrained: Bool
  /// Whether it is one special token, by its name.
  let isSpecial: Bool
}

extension Example {
  /// The tokens as text, special ones by their names; without a tokenizer their ids.
  func runs(_ tokenizer: Tokenizer?) -> [TokenRun] {
    var runs: [TokenRun] = []
    var start = 0
    while start < tokens.count {
      let isTrained = self.isTrained(start)
      if let name = specialName(start, tokenizer) {
        runs.append(TokenRun(text: name, isTrained: isTrained, isSpecial: true))
        start += 1
        continue
      }
      var end = start + 1
      while end < tokens.count, self.isTrained(end) == isTrained, specialName(end, tokenizer) == nil { end += 1 }
      runs.append(TokenRun(text: text(start..<end, tokenizer), isTrained: isTrained, isSpecial: false))
      start = end
    }
    return runs
  }

  private func isTrained(_ position: Int) -> Bool { trained.contains { $0.contains(position) } }

  private func specialName(_ position: Int, _ tokenizer: Tokenizer?) -> String? {
    guard let tokenizer, tokenizer.isSpecial(tokens[position]) else { return nil }
    return tokenizer.token(of: tokens[position])
  }

  private func text(_ range: Range<Int>, _ tokenizer: Tokenizer?) -> String {
    guard let tokenizer else { return tokens[range].map { "\($0) " }.joined() }
    var stream = TextStream(tokenizer, after: Array(tokens[..<range.lowerBound]))
    return tokens[range].map { stream.append($0) }.joined() + stream.finish()
  }
}
