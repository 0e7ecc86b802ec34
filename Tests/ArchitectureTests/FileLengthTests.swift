import Testing

@Suite("Length of files")
struct FileLengthTests {
  static let limit = 250

  /// Files that may be longer, and why.
  static let exceptions = [
    "Sources/COneDNN/onednn.c": "one table of function pointers serves two versions of the interface"
  ]

  @Test("A source file has one subject: 250 lines at most")
  func lengths() {
    for file in Repository.compiledFiles where Self.exceptions[file.path] == nil {
      let count = file.text.hasSuffix("\n") ? file.lines.count - 1 : file.lines.count
      #expect(count <= Self.limit, "\(file.path) has \(count) lines: split it by subject")
    }
  }
}
