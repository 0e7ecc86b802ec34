/// How often each word stands in the texts of a training.
struct WordCounts {
  private(set) var words: ByteStringTable
  private(set) var counts: [Int] = []
  private let preTokenizer: PreTokenizer
  private let specialTokens: AddedTokenMatcher

  init(splitsDigits: Bool, specialTokens: [String]) {
    words = ByteStringTable(capacity: 1024)
    preTokenizer = PreTokenizer(trainedWithDigitsSplit: splitsDigits)
    self.specialTokens = AddedTokenMatcher(
      specialTokens.map { (AddedToken(id: 0, content: $0, isSpecial: true), Array($0.utf8)) })
  }

  /// Counts the words of a text; special tokens in it are left out.
  mutating func add(_ text: String) {
    text.withBytes { bytes in
      specialTokens.forEachPart(of: bytes) { range, id in
        guard id == nil else { return }
        preTokenizer.forEachWord(of: Bytes(rebasing: bytes[range]), isFirst: false) { word in
          if let number = words.find(word) {
            counts[number] += 1
          } else if words.insert(word) != nil {
            counts.append(1)
          }
        }
      }
    }
  }
}

extension PreTokenizer {
  /// The pre-tokenizer of a tokenizer that Attune trains: GPT-2's words, with digits split where wanted.
  init(trainedWithDigitsSplit splitsDigits: Bool) {
    if splitsDigits { steps.append(.split(.run(of: .number, minimum: 1, maximum: 1), .isolated, invert: false)) }
    steps.append(.split(.gpt2, .isolated, invert: false))
    isByteLevel = true
  }
}
