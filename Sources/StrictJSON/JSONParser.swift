extension JSONValue {
  /// Reads one JSON document strictly (RFC 8259).
  ///
  /// Unlike Foundation's reader, this one refuses an object with the same key twice, bytes that are not UTF-8, lone
  /// surrogates, nesting deeper than `maximumDepth`, and anything after the document.
  ///
  /// - Parameter bytes: the document in UTF-8, with or without a byte-order mark.
  /// - Throws: ``JSONError`` with the line and column.
  public init(parsing bytes: some Collection<UInt8>, maximumDepth: Int = 128) throws {
    let parsed: JSONValue? = try bytes.withContiguousStorageIfAvailable { buffer in
      try Self.parse(buffer, maximumDepth)
    }
    if let parsed {
      self = parsed
    } else {
      self = try Array(bytes).withUnsafeBufferPointer { try Self.parse($0, maximumDepth) }
    }
  }

  private static func parse(_ bytes: UnsafeBufferPointer<UInt8>, _ maximumDepth: Int) throws -> JSONValue {
    var parser = JSONParser(bytes: bytes, maximumDepth: maximumDepth)
    return try parser.document()
  }
}

/// A recursive-descent parser of bytes in memory.
struct JSONParser {
  let bytes: UnsafeBufferPointer<UInt8>
  let maximumDepth: Int
  var position = 0

  init(bytes: UnsafeBufferPointer<UInt8>, maximumDepth: Int) {
    self.bytes = bytes
    self.maximumDepth = maximumDepth
  }

  mutating func document() throws -> JSONValue {
    if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { position = 3 }
    let value = try self.value(depth: 0)
    skipSpace()
    if position < bytes.count { throw error("expected the end of the document, found \(found())") }
    return value
  }

  private mutating func value(depth: Int) throws -> JSONValue {
    skipSpace()
    guard position < bytes.count else { throw error("expected a value, found the end of the text") }
    switch bytes[position] {
    case UInt8(ascii: "{"): return try object(depth: depth + 1)
    case UInt8(ascii: "["): return try array(depth: depth + 1)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try literal("true", .bool(true))
    case UInt8(ascii: "f"): return try literal("false", .bool(false))
    case UInt8(ascii: "n"): return try literal("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
    default: throw error("expected a value, found \(found())")
    }
  }

  private mutating func object(depth: Int) throws -> JSONValue {
    try checkDepth(depth)
    position += 1
    var members: [(key: String, value: JSONValue)] = []
    skipSpace()
    if take("}") { return .object(JSONObject([])!) }
    repeat {
      skipSpace()
      guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
        throw error("expected a key in double quotes, found \(found())")
      }
      let key = try string()
      skipSpace()
      guard take(":") else { throw error("expected ':' after the key \"\(key)\", found \(found())") }
      members.append((key, try value(depth: depth)))
      skipSpace()
    } while take(",")
    guard take("}") else { throw error("expected ',' or '}', found \(found())") }
    guard let object = JSONObject(members) else {
      var seen: Set<[UInt8]> = []
      let twice = members.first { !seen.insert(Array($0.key.utf8)).inserted }?.key ?? ""
      throw error("the key \"\(twice)\" occurs twice in one object")
    }
    return .object(object)
  }

  private mutating func array(depth: Int) throws -> JSONValue {
    try checkDepth(depth)
    position += 1
    var elements: [JSONValue] = []
    skipSpace()
    if take("]") { return .array([]) }
    repeat {
      elements.append(try value(depth: depth))
      skipSpace()
    } while take(",")
    guard take("]") else { throw error("expected ',' or ']', found \(found())") }
    return .array(elements)
  }

  private mutating func number() throws -> String {
    let start = position
    _ = take("-")
    let digitCount = digits()
    if digitCount == 0 { throw error("expected a digit, found \(found())") }
    if digitCount > 1, bytes[position - digitCount] == UInt8(ascii: "0") {
      throw error("a number must not begin with 0")
    }
    if take("."), digits() == 0 { throw error("expected a digit after '.', found \(found())") }
    if take("e") || take("E") {
      if !take("+") { _ = take("-") }
      if digits() == 0 { throw error("expected a digit in the exponent, found \(found())") }
    }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  /// Reads a string from its opening to its closing quote.
  private mutating func string() throws -> String {
    position += 1
    let start = position
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        let text = try utf8(bytes[start..<position])
        position += 1
        return text
      }
      if byte == UInt8(ascii: "\\") { break }
      if byte < 0x20 { throw error("a control character (\(byte)) in a string; write it as an escape") }
      position += 1
    }
    var decoded = Array(bytes[start..<position])
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return try utf8(decoded)
      case UInt8(ascii: "\\"): try escape(into: &decoded)
      case 0..<0x20:
        position -= 1
        throw error("a control character (\(byte)) in a string; write it as an escape")
      default: decoded.append(byte)
      }
    }
    throw error("the string has no closing quote")
  }

  private mutating func escape(into decoded: inout [UInt8]) throws {
    guard position < bytes.count else { throw error("the string has no closing quote") }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): decoded.append(byte)
    case UInt8(ascii: "b"): decoded.append(0x08)
    case UInt8(ascii: "f"): decoded.append(0x0C)
    case UInt8(ascii: "n"): decoded.append(0x0A)
    case UInt8(ascii: "r"): decoded.append(0x0D)
    case UInt8(ascii: "t"): decoded.append(0x09)
    case UInt8(ascii: "u"):
      var code = try hexadecimal()
      if 0xDC00...0xDFFF ~= code { throw error("a lone low surrogate \\u\(String(code, radix: 16))") }
      if 0xD800...0xDBFF ~= code {
        guard take("\\"), take("u") else { throw error("a lone high surrogate \\u\(String(code, radix: 16))") }
        let low = try hexadecimal()
        guard 0xDC00...0xDFFF ~= low else { throw error("a lone high surrogate \\u\(String(code, radix: 16))") }
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw error("not a character: \\u\(String(code, radix: 16))") }
      decoded.append(contentsOf: Array(String(Character(scalar)).utf8))
    default:
      position -= 1
      throw error("unknown escape \\\(found())")
    }
  }

  private mutating func hexadecimal() throws -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard position < bytes.count, let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue,
        bytes[position] < 0x80
      else { throw error("expected four hexadecimal digits after \\u, found \(found())") }
      code = code << 4 | UInt32(digit)
      position += 1
    }
    return code
  }

  private func utf8(_ text: some Collection<UInt8>) throws -> String {
    guard let string = String(validating: text, as: UTF8.self) else { throw error("a string is not valid UTF-8") }
    return string
  }

  private mutating func literal(_ text: StaticString, _ value: JSONValue) throws -> JSONValue {
    let end = position + text.utf8CodeUnitCount
    guard end <= bytes.count,
      (0..<text.utf8CodeUnitCount).allSatisfy({ bytes[position + $0] == text.utf8Start[$0] })
    else { throw error("expected a value, found \(found())") }
    position = end
    return value
  }

  private func checkDepth(_ depth: Int) throws {
    if depth > maximumDepth { throw error("nested deeper than \(maximumDepth) levels") }
  }

  private mutating func skipSpace() {
    while position < bytes.count {
      let byte = bytes[position]
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
      position += 1
    }
  }

  private mutating func digits() -> Int {
    let start = position
    while position < bytes.count, UInt8(ascii: "0")...UInt8(ascii: "9") ~= bytes[position] { position += 1 }
    return position - start
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  /// The character at the current position, for messages.
  private func found() -> String {
    guard position < bytes.count else { return "the end of the text" }
    let byte = bytes[position]
    return 0x21..<0x7F ~= byte ? "'\(Character(Unicode.Scalar(byte)))'" : "byte 0x\(String(byte, radix: 16))"
  }

  private func error(_ problem: String) -> JSONError {
    let before = bytes[..<min(position, bytes.count)]
    let line = before.reduce(into: 1) { if $1 == UInt8(ascii: "\n") { $0 += 1 } }
    let column = before.reversed().prefix { $0 != UInt8(ascii: "\n") }.count + 1
    return JSONError(line: line, column: column, problem: problem)
  }
}
