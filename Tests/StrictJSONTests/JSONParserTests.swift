import StrictJSON
import Testing

@Suite("Strict JSON")
struct JSONParserTests {
  @Test("keeps the order of keys and the text of numbers")
  func order() throws {
    let value = try JSONValue(parsing: Array(#"{"b": [1, -2.50e3, true, null], "a": "x\u00e9\ud83d\ude00\n"}"#.utf8))
    #expect(value.objectValue?.keys == ["b", "a"])
    #expect(value["b"]?.arrayValue == [.number("1"), .number("-2.50e3"), .bool(true), .null])
    #expect(value["a"] == .string("xé😀\n"))
    #expect(value["b"]?.arrayValue?[1].intValue == -2500)
  }

  @Test(
    "refuses, with line and column",
    arguments: [
      ("{\"a\": 1,\n \"a\": 2}", "line 2, column 9: the key \"a\" occurs twice in one object"),
      ("[1, 2", "line 1, column 6: expected ',' or ']', found the end of the text"),
      ("\"\\ud800\"", "line 1, column 8: a lone high surrogate \\ud800"),
      ("\"\\udc00\"", "line 1, column 8: a lone low surrogate \\udc00"),
      ("01", "line 1, column 3: a number must not begin with 0"),
      ("1 2", "line 1, column 3: expected the end of the document, found '2'"),
      ("nul", "line 1, column 1: expected a value, found 'n'"),
      ("\"a\u{1}\"", "line 1, column 3: a control character (1) in a string; write it as an escape"),
      ("", "line 1, column 1: expected a value, found the end of the text"),
    ])
  func refusals(text: String, message: String) {
    #expect(throws: JSONError.self) { try JSONValue(parsing: Array(text.utf8)) }
    do { _ = try JSONValue(parsing: Array(text.utf8)) } catch { #expect("\(error)" == message) }
  }

  @Test("refuses deep nesting instead of overflowing the stack")
  func depth() {
    let deep = Array(repeating: UInt8(ascii: "["), count: 1_000_000)
    #expect(throws: JSONError.self) { try JSONValue(parsing: deep) }
  }

  @Test("compares keys by their scalars, few and many", arguments: [0, 20])
  func canonicalEquivalence(others: Int) throws {
    let filling = (0..<others).map { "\"k\($0)\": 0, " }.joined()
    let value = try JSONValue(parsing: Array("{\(filling)\"e\u{301}\": 1, \"\u{e9}\": 2}".utf8))
    #expect(value["e\u{301}"]?.intValue == 1)
    #expect(value["\u{e9}"]?.intValue == 2)
    #expect(value["\u{65}"] == nil)
    #expect(throws: JSONError.self) {
      try JSONValue(parsing: Array("{\(filling)\"\u{e9}\": 1, \"\\u00e9\": 2}".utf8))
    }
  }

  @Test("an error in a file begins with the file and the line")
  func messageInFile() throws {
    let error = try #require(throws: JSONError.self) { try JSONValue(parsing: Array("{\n  \"a\": nul}".utf8)) }
    #expect(error.message(in: "m/config.json") == "m/config.json:2: not JSON: expected a value, found 'n' (column 8)")
    #expect(error.message(in: "a.jsonl", startingAt: 5).hasPrefix("a.jsonl:6: not JSON: "))
  }

  @Test("refuses bytes that are not UTF-8")
  func encoding() {
    #expect(throws: JSONError.self) { try JSONValue(parsing: [0x22, 0xFF, 0x22]) }
  }
}
