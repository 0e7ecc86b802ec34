import StrictJSON
import Testing

@Suite("Writing JSON")
struct JSONWriterTests {
  @Test("keeps the order of members and the digits of numbers")
  func literal() {
    let loss = 0.1 + 0.2
    let value: JSONValue = [
      "event": "step", "step": 3, "loss": .double(loss), "skipped": false, "note": .null, "ids": [1, -2.5],
      "large": .integer(UInt64.max), "rate": .float(0.1), "none": .array([]), "empty": [:],
    ]
    #expect(
      value.compactText == #"{"event":"step","step":3,"loss":0.30000000000000004,"skipped":false,"note":null,"#
        + #""ids":[1,-2.5],"large":18446744073709551615,"rate":0.1,"none":[],"empty":{}}"#)
  }

  @Test("writes null for numbers that are not finite")
  func notFinite() {
    let value: JSONValue = [.double(.nan), .double(.infinity), .float(-.infinity)]
    #expect(value.compactText == "[null,null,null]")
  }

  @Test("escapes what JSON requires, and nothing else")
  func escapes() {
    #expect(
      JSONValue.string("a\"b\\c\n\r\t\u{0}\u{8}\u{1F}é😀/\u{7F}").compactText
        == "\"a\\\"b\\\\c\\n\\r\\t\\u0000\\u0008\\u001fé😀/\u{7F}\"")
  }

  @Test("written values read back equal")
  func roundTrip() throws {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<200 {
      let value = sample(depth: 4, &random)
      let text = value.compactText
      let read = try JSONValue(parsing: Array(text.utf8))
      #expect(read == value, "\(text)")
    }
  }

  @Test(
    "doubles read back bit for bit",
    arguments: [
      0, -0.0, .leastNonzeroMagnitude, .leastNormalMagnitude, .pi, 1e16, .greatestFiniteMagnitude, -1 / 3,
      123456789012345680,
    ])
  func doubles(number: Double) throws {
    let read = try JSONValue(parsing: Array(JSONValue.double(number).compactText.utf8))
    #expect(read.doubleValue?.bitPattern == number.bitPattern)
  }

  private func sample(depth: Int, _ random: inout SystemRandomNumberGenerator) -> JSONValue {
    switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &random) {
    case 0: return .null
    case 1: return .bool(Bool.random(using: &random))
    case 2: return .double(Double.random(in: -1e6...1e6, using: &random))
    case 3: return .integer(Int.random(in: .min ... .max, using: &random))
    case 4:
      let scalars = (0..<8).compactMap { _ in Unicode.Scalar(UInt32.random(in: 0..<0x3000, using: &random)) }
      return .string(String(String.UnicodeScalarView(scalars)))
    case 5: return .array((0..<3).map { _ in sample(depth: depth - 1, &random) })
    default: return .members((0..<3).map { (key: "k\($0)\n", value: sample(depth: depth - 1, &random)) })
    }
  }
}
