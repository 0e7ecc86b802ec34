import Testing

@Suite("Length of functions")
struct FunctionLengthTests {
  static let limit = 60

  /// Functions that may be longer, as `FILE: NAME`, and why.
  static let exceptions: [String: String] = [:]

  @Test("A function can be read at once: 60 lines at most, from its declaration to its closing brace")
  func lengths() {
    var count = 0
    for file in Repository.swiftFiles where file.path.hasPrefix("Sources/") {
      for function in file.functions {
        count += 1
        #expect(
          function.length <= Self.limit || Self.exceptions["\(file.path): \(function.name)"] != nil,
          "\(file.path):\(function.line): \(function.name) has \(function.length) lines: split it by its steps")
      }
    }
    #expect(count > 1000)
  }

  @Test("functions are found by their indentation")
  func found() {
    let file = SourceFile(
      path: "Sources/Example/Example.swift",
      text: #"""
        struct Example {
          init?(
            _ text: String
          ) throws {
            func inner() {
              print(text)
            }
          }

          static func short() -> Int { 1 }

          func required()
        }

        extension Example {
          public subscript(index: Int) -> String {
            """
          }
            """
          }
        }
        """#)
    #expect(
      file.functions.map { "\($0.name) \($0.line) \($0.length)" } == [
        "init 2 7", "inner 5 3", "short 10 1", "subscript 16 5",
      ])
  }
}

extension SourceFile {
  /// A function, initializer or subscript of a file.
  fileprivate struct Function {
    let name: String
    /// The line of its declaration, counted from 1.
    let line: Int
    /// Its lines, from the declaration to the closing brace.
    let length: Int
  }

  /// The functions of the file. The formatter closes each with a brace in the column of its declaration.
  fileprivate var functions: [Function] {
    let lines = lines
    var text = false
    let isCode = lines.map { line in
      let isInside = text
      if line.matches(of: /"""/).count % 2 == 1 { text.toggle() }
      return !isInside
    }
    func column(_ index: Int) -> Int { lines[index].prefix { $0 == " " }.count }
    let declaration =
      /^ *(?:@\S+ )*(?:[a-z]+(?:\([a-z]+\))? )*(?:func (?<name>[^\s(<]+)|(?<other>init|deinit|subscript))[?(<\s{]/
    return lines.indices.compactMap { start in
      guard isCode[start], let match = lines[start].firstMatch(of: declaration) else { return nil }
      let name = String(match.name ?? match.other ?? "")
      if lines[start].hasSuffix("}") { return Function(name: name, line: start + 1, length: 1) }
      let end = lines[start...].indices.first {
        isCode[$0] && lines[$0].contains(/^ *}/) && column($0) <= column(start)
      }
      // A requirement of a protocol has no braces of its own.
      guard let end, column(end) == column(start) else { return nil }
      return Function(name: name, line: start + 1, length: end - start + 1)
    }
  }
}
