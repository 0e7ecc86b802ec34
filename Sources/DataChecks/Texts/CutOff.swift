/// Why a text seems to be cut off, or nil.
///
/// Answers without a full stop are common (labels, lists, code, titles), so to avoid false alarms a missing one counts
/// only if the same text ends its other sentences with one. A word that cannot end a sentence always counts.
public func cutOffReason(_ text: String) -> String? {
  let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmed }.filter { !$0.isEmpty }
  guard let last = lines.last else { return nil }
  if lines.count(where: { $0.hasPrefix("```") }).isMultiple(of: 2) == false,
    text.ranges(of: "```").count.isMultiple(of: 2) == false
  {
    return "a code block is never closed"
  }
  if text.contains("```") || looksLikeCode(lines) { return nil }
  let words = last.split(separator: " ")
  guard let end = last.unicodeScalars.last, let lastWord = words.last else { return nil }
  if words.count >= 4, ",".unicodeScalars.contains(end) { return "it ends with a comma" }
  let isSentence = words.count >= 8 || (words.count >= 5 && sentenceEnds(in: text) > 0)
  if isSentence, unfinishing.contains(String(lastWord)) { return "it ends with '\(lastWord)'" }
  let endsOpenly = end.properties.isAlphabetic || end.properties.numericType != nil
  guard endsOpenly, words.count >= 8, !isListItem(last), endsItsSentences(lines, text) else { return nil }
  return "its last sentence has no end"
}

/// Words that cannot end an English sentence.
private let unfinishing: Set<String> = [
  "the", "a", "an", "of", "and", "or", "but", "with", "from", "their", "its", "your", "my", "our", "because", "which",
  "while", "whose", "than", "into", "such",
]

/// Whether the text ends its other sentences: at least three, and every long line except the last.
private func endsItsSentences(_ lines: [Substring], _ text: String) -> Bool {
  let long = lines.dropLast().filter { $0.split(separator: " ").count >= 8 && !isListItem($0) }
  let ended = long.count { $0.unicodeScalars.last.map { !$0.properties.isAlphabetic } ?? false }
  return sentenceEnds(in: text) >= 3 && ended == long.count
}

/// The number of sentence ends in a text: a full stop, question or exclamation mark before a space or line break.
private func sentenceEnds(in text: String) -> Int {
  var (count, isAtEnd) = (0, false)
  for byte in text.utf8 {
    if isAtEnd, byte == 0x20 || byte == 0x0A { count += 1 }
    isAtEnd = byte == UInt8(ascii: ".") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "!")
  }
  return count
}

private func isListItem(_ line: Substring) -> Bool {
  guard let first = line.first else { return false }
  if "-*•–|#>".contains(first) { return true }
  let number = line.prefix { $0.isNumber }
  return !number.isEmpty && line.dropFirst(number.count).first.map { ".):".contains($0) } ?? false
}

/// Whether the lines are code, markup, data or a table rather than sentences.
private func looksLikeCode(_ lines: [Substring]) -> Bool {
  let marked = lines.count { line in
    line.contains(where: { "{}<>|;=".contains($0) }) || line.hasPrefix("def ") || line.hasPrefix("import ")
      || line.hasPrefix("//") || line.hasPrefix("#")
  }
  return marked * 4 > lines.count
}

extension Substring {
  fileprivate var trimmed: Substring {
    var text = self
    while text.first?.isWhitespace ?? false { text.removeFirst() }
    while text.last?.isWhitespace ?? false { text.removeLast() }
    return text
  }
}
