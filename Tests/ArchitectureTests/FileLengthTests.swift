import Testing

@Suite("Length of files")
struct FileLengthTests {
  static let limit = 250

  @Test("A source file has one subject: 250 lines at most")
  func lengths() {
    for file in Repository.compiledFiles {
      let count = file.text.hasSuffix("\n") ? file.lines.count - 1 : file.lines.count
      #expect(count <= Self.limit, "\(file.path) has \(count) lines: split it by subject")
    }
  }
}
