import Foundation
import Randomness
import Testing
import Tokenization

@Suite("Extremely long words")
struct LongWordTests {
  @Test("are encoded as merging all of them at once would", arguments: 0..<4)
  func windows(seed: Int) throws {
    var fixture = TokenizerFixture(tokens: ["a", "b", "c"])
    for merge in ["a b", "ab a", "c c", "aba ab", "b b", "abaab cc", "bb b", "a a", "aa aa", "cc aaaa"] {
      fixture.merges.append(merge)
      fixture.tokens.append(merge.replacingOccurrences(of: " ", with: ""))
    }
    let tokenizer = try fixture.tokenizer()
    var random = SplitMix64(state: UInt64(seed))
    var symbols = (0..<60_000).map { _ in Int32.random(in: 0..<(seed == 3 ? 1 : 3), using: &random) }
    let text = symbols.map { fixture.tokens[Int($0)] }.joined()
    // No merge makes a token that an earlier merge needs, so that they can be applied one after another.
    for (rank, merge) in fixture.merges.enumerated() {
      let pair = merge.split(separator: " ").compactMap { tokenizer.id(of: String($0)) }
      symbols = merged(symbols, pair, into: Int32(3 + rank))
    }
    #expect(tokenizer.encode(text) == symbols)
  }

  private func merged(_ symbols: [Int32], _ pair: [Int32], into token: Int32) -> [Int32] {
    var result: [Int32] = []
    var position = 0
    while position < symbols.count {
      let matches = position + 1 < symbols.count && symbols[position] == pair[0] && symbols[position + 1] == pair[1]
      result.append(matches ? token : symbols[position])
      position += matches ? 2 : 1
    }
    return result
  }

  @Test("of one byte, in both forms of byte-pair encoding", arguments: [false, true])
  func monotony(ofBytes: Bool) throws {
    let tokens = (0...6).map { String(repeating: "a", count: 1 << $0) }
    var fixture = ofBytes ? TokenizerFixture.bytes : TokenizerFixture(tokens: [])
    fixture.tokens += tokens.filter { !fixture.tokens.contains($0) }
    fixture.merges = tokens.dropLast().map { "\($0) \($0)" }
    let tokenizer = try fixture.tokenizer()
    let count = (1 << 16) + 37
    #expect(
      tokenizer.tokens(String(repeating: "a", count: count))
        == [String](repeating: tokens[6], count: count / 64) + [tokens[5], tokens[2], tokens[0]])
  }
}
