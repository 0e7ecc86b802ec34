import InputFiles
import Testing

@Suite("The parts of a path")
struct PathPartsTests {
  @Test(
    "folder and name, also of a single character",
    arguments: [
      ("a", "", "a"), ("a/b", "a", "b"), ("/a", "/", "a"), ("/a/b", "/a", "b"), ("/", "/", ""), ("", "", ""),
      ("a/\u{301}b", "a", "\u{301}b"),
    ])
  func parts(path: String, folder: String, name: String) {
    #expect(path.folderOfPath == folder)
    #expect(path.nameInPath.unicodeScalars.elementsEqual(name.unicodeScalars))
  }

  @Test("a name in a folder")
  func joined() {
    #expect("a".path(of: "b") == "a/b")
    #expect("".path(of: "b") == "b")
    #expect("/".path(of: "b") == "/b")
  }
}
