/// The address of a request, `https://host[:port]/path?query`, parsed strictly.
///
/// The host decides whether a request carries the token, and the program that sends the request parses the address by
/// its own rules. So anything ambiguous (a user before the host, backslashes, spaces, non-ASCII letters) is invalid
/// here.
struct HTTPAddress: Sendable, Equatable {
  /// Whether the connection is encrypted.
  let isSecure: Bool
  /// The host's name in lower case, or its number.
  let host: String
  /// The port; 443 or 80 by default.
  let port: Int
  /// Path and query, beginning with `/`.
  let target: String

  /// The complete address.
  var text: String { origin + target }

  /// Scheme, host and port.
  var origin: String {
    let isUsual = port == (isSecure ? 443 : 80)
    return "\(isSecure ? "https" : "http")://\(host)\(isUsual ? "" : ":\(port)")"
  }

  /// Parses an absolute address; nil if it is invalid.
  init?(_ text: String) {
    guard text.utf8.count <= 16_384, text.utf8.allSatisfy({ 0x21..<0x7F ~= $0 && $0 != UInt8(ascii: "\\") }) else {
      return nil
    }
    guard let scheme = ["https://", "http://"].first(where: { text.lowercased().hasPrefix($0) }) else { return nil }
    isSecure = scheme == "https://"
    let rest = text.dropFirst(scheme.count)
    let authority = rest.prefix { !"/?#".contains($0) }
    guard let (host, port) = Self.hostAndPort(authority) else { return nil }
    self.host = host
    self.port = port ?? (isSecure ? 443 : 80)
    let target = rest.dropFirst(authority.count).prefix { $0 != "#" }
    self.target = target.hasPrefix("/") ? String(target) : "/" + target
  }

  /// The target of a redirection: an absolute address, or a path on the same host.
  ///
  /// - Returns: nil if the target is invalid, or leads from an encrypted connection to an unencrypted one.
  func following(_ location: String) -> HTTPAddress? {
    let isPath = location.hasPrefix("/") && !location.hasPrefix("//")
    let next = HTTPAddress(isPath ? origin + location : location)
    return isSecure && next?.isSecure == false ? nil : next
  }

  /// Whether both have the same scheme, host and port.
  func hasSameOrigin(as other: HTTPAddress) -> Bool { origin == other.origin }

  /// A component of a path, with every character escaped that could be ambiguous.
  static func escaped(_ text: String) -> String {
    text.utf8.map { byte in
      if isUnreserved(byte) { return String(Unicode.Scalar(byte)) }
      let digits = String(byte, radix: 16, uppercase: true)
      return digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
    }.joined()
  }

  /// Whether a character never needs escaping (RFC 3986, section 2.3).
  static func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"),
      UInt8(ascii: "~"):
      true
    default: false
    }
  }

  /// A name, an IPv4 number or an IPv6 number in brackets, optionally followed by a port.
  private static func hostAndPort(_ text: Substring) -> (host: String, port: Int?)? {
    let host: Substring
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else { return nil }
      host = text[...end]
      guard host.dropFirst().dropLast().allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) else { return nil }
    } else {
      host = text.prefix { $0 != ":" }
      guard host.utf8.allSatisfy({ isUnreserved($0) && $0 != UInt8(ascii: "~") }) else { return nil }
    }
    guard !host.isEmpty else { return nil }
    let rest = text.dropFirst(host.count)
    if rest.isEmpty { return (host.lowercased(), nil) }
    let digits = rest.dropFirst()
    guard rest.hasPrefix(":"), digits.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }),
      let port = Int(digits), 1...65_535 ~= port
    else { return nil }
    return (host.lowercased(), port)
  }
}
