/// What stands in front of the body of an answer: the status and the fields.
struct HTTPHead: Sendable {
  /// 200 for success, 404 for not found, ….
  let status: Int
  /// Values by names in small letters; the last where one stands twice.
  let fields: [String: String]

  /// Reads the lines of a head without the empty line behind them; nil where it is none.
  init?(_ bytes: some Sequence<UInt8>) {
    let lines = String(decoding: Array(bytes), as: UTF8.self).split(whereSeparator: \.isNewline)
    guard let first = lines.first, first.hasPrefix("HTTP/") else { return nil }
    let words = first.split(separator: " ")
    guard words.count >= 2, let status = Int(words[1]), 100..<600 ~= status else { return nil }
    self.status = status
    var fields: [String: String] = [:]
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let value = line[line.index(after: colon)...]
      fields[line[..<colon].lowercased()] = value.trimmed
    }
    self.fields = fields
  }

  /// The value of a field by its name in small letters.
  subscript(name: String) -> String? { fields[name] }

  /// Whether this is an answer to come: a real one follows.
  var isInterim: Bool { 100..<200 ~= status }
  /// Whether the answer is elsewhere.
  var isRedirection: Bool { [301, 302, 303, 307, 308].contains(status) }
  /// Whether asking again may help: the server is busy or in trouble.
  var isTransient: Bool { status == 408 || status == 429 || status >= 500 }
  /// How long the server wants to be left alone, in seconds.
  var pause: Double? { self["retry-after"].flatMap { Double($0) }.flatMap { $0.isFinite && $0 >= 0 ? $0 : nil } }
  /// The digest that the entity tag is on Hugging Face's hub.
  var digest: NamedDigest? {
    for name in ["x-linked-etag", "etag"] {
      guard var tag = self[name] else { continue }
      if tag.hasPrefix("W/") { tag.removeFirst(2) }
      if let digest = NamedDigest(hexadecimal: tag.filter { $0 != "\"" }) { return digest }
    }
    return nil
  }
}

extension Substring {
  fileprivate var trimmed: String {
    var text = self
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
