/// The head of an answer, before the body: the status and the fields.
struct HTTPHead: Sendable {
  /// 200 for success, 404 for not found, and so on.
  let status: Int
  /// Values by names in lower case; of repeated fields, the last.
  let fields: [String: String]

  /// Parses the lines of a head without the empty line after them; nil if they are invalid.
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

  /// The value of a field by its name in lower case.
  subscript(name: String) -> String? { fields[name] }

  /// Whether this is an interim answer, which the final one follows.
  var isInterim: Bool { 100..<200 ~= status }
  /// Whether the answer is at another address.
  var isRedirection: Bool { [301, 302, 303, 307, 308].contains(status) }
  /// Whether a retry may help, because the server is busy or in trouble.
  var isTransient: Bool { status == 408 || status == 429 || status >= 500 }
  /// How many seconds the server asks clients to wait.
  var retryAfter: Double? { self["retry-after"].flatMap { Double($0) }.flatMap { $0.isFinite && $0 >= 0 ? $0 : nil } }
  /// The digest in the entity tag, as Hugging Face's hub sends it.
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
