import Diagnostics
import Foundation
import InputFiles

/// Counts how often each word occurs in the training texts.
struct WordCounts {
  private(set) var words: ByteStringTable
  private(set) var counts: [Int] = []
  private let preTokenizer: PreTokenizer
  private let specialTokens: AddedTokenMatcher
  private let seams: TextSeams

  init(splitsDigits: Bool, specialTokens: [String]) {
    seams = TextSeams(specialTokens: specialTokens)
    words = ByteStringTable(capacity: 1024)
    preTokenizer = PreTokenizer(trainedWithDigitsSplit: splitsDigits)
    self.specialTokens = AddedTokenMatcher(
      specialTokens.map { (AddedToken(id: 0, content: $0, isSpecial: true), Array($0.utf8)) })
  }

  /// Counts the words of a file of UTF-8 text, a piece at a time, so that memory does not grow with the file.
  ///
  /// - Throws: `UserError` of kind `file` if the file cannot be read or is not text.
  mutating func add(contentsOf url: URL) throws {
    var reader = try ByteReader(path: url.path)
    var (pending, searched) = ([UInt8](), 0)
    while try reader.fill() {
      pending += reader.chunk
      reader.consume(reader.chunk.count)
      if pending.count < 1 << 20 { continue }
      if let seam = pending.withUnsafeBufferPointer({ seams.last(in: $0, from: searched) }) {
        try add(pending[..<seam], of: url)
        pending.removeFirst(seam)
      }
      searched = max(0, pending.count - seams.margin)
      if pending.count > LineReader.limit {
        throw UserError.file("\(url.path): has more than 64 MiB without white space; expected text")
      }
    }
    try add(pending[...], of: url)
  }

  private mutating func add(_ bytes: ArraySlice<UInt8>, of url: URL) throws {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw UserError.file("\(url.path): is not UTF-8; expected text in UTF-8.")
    }
    add(text)
  }

  /// Counts the words of a text, without the special tokens in it.
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
  /// The pre-tokenizer of a tokenizer that Attune trains: GPT-2's words, with or without splitting digits.
  init(trainedWithDigitsSplit splitsDigits: Bool) {
    if splitsDigits { steps.append(.split(.run(of: .number, minimum: 1, maximum: 1), .isolated, invert: false)) }
    steps.append(.split(.gpt2, .isolated, invert: false))
    isByteLevel = true
  }
}
