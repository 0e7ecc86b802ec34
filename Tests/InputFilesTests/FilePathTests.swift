import Foundation
import InputFiles
import TestSupport
import Testing

@Suite("The path that a user means")
struct FilePathTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func problem(_ text: String) -> String? {
    do {
      _ = try filePath(text, home: "/home/me")
      return nil
    } catch {
      return error.description
    }
  }

  @Test(
    "slashes, dots and the home folder, as in a shell",
    arguments: [
      ("a/b", "a/b"), ("./a", "a"), ("a//b/./", "a/b"), ("/", "/"), ("//a", "/a"), ("/..", "/"), (".", "."),
      ("a/..", "."), ("../a", "../a"), ("a/../../b", "../b"), ("..", ".."), (" a b ", " a b "), ("a~", "a~"),
      ("~", "/home/me"), ("~/", "/home/me"), ("~/a//b", "/home/me/a/b"), ("~/..", "/home"), ("./~/a", "./~/a"),
      ("a/~/b", "a/~/b"), ("~root/a", "/root/a"), ("http:/a", "http:/a"), ("a:b", "a:b"), ("100%25", "100%25"),
    ])
  func spelling(text: String, path: String) throws {
    #expect(try filePath(text, home: "/home/me") == path)
  }

  @Test("without HOME, the user database names the home folder")
  func withoutHome() throws {
    let home = String(cString: try #require(getpwuid(getuid())?.pointee.pw_dir))
    #expect(try filePath("~/a", home: nil) == "\(home)/a")
    #expect(try filePath("~/a", home: "") == "\(home)/a")
  }

  @Test("what cannot be a path is refused, with what to write instead")
  func refusals() {
    #expect(problem("") == "expected a path, found an empty text")
    #expect(problem("a\0b") == "the path holds a NUL character")
    #expect(problem("file:///tmp/a%20b") == "'file:///tmp/a%20b' is a URL; expected a path: '/tmp/a b'")
    #expect(problem("FILE://localhost/tmp/a") == "'FILE://localhost/tmp/a' is a URL; expected a path: '/tmp/a'")
    #expect(problem("file:/tmp/a") == "'file:/tmp/a' is a URL; expected a path: '/tmp/a'")
    #expect(problem("https://x.org/a")?.hasSuffix("on this machine: download it first") == true)
    #expect(problem("hf://a/b")?.contains("is a URL") == true)
    #expect(problem("~no-such-user/a")?.contains("there is no user 'no-such-user'") == true)
  }

  @Test("environment variables are not expanded, unless there is a file of that name")
  func variables() throws {
    let path = folder["$DATA"].path
    #expect(problem("\(path)/a")?.contains("write the folder that '$DATA' stands for") == true)
    #expect(problem("${DATA}/a")?.contains("environment variables are not expanded") == true)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    #expect(try filePath("\(path)/a") == "\(path)/a")
    #expect(try filePath("costs-$5") == "costs-$5")
  }

  @Test("a name is found in both of Unicode's normal forms; a new one stays as it was written")
  func normalForms() throws {
    let (composed, decomposed) = ("\u{FC}ben", "u\u{308}ben")
    try folder.write("", to: decomposed)
    for name in [composed, decomposed] {
      #expect(try filePath(folder[name].path).utf8.elementsEqual(folder[decomposed].path.utf8))
    }
    let new = folder["\u{E9}"].path
    #expect(try filePath(new).utf8.elementsEqual(new.utf8))
    // Each is itself where both exist.
    try folder.write("", to: composed)
    #expect(try filePath(folder[composed].path).utf8.elementsEqual(folder[composed].path.utf8))
  }

  @Test("'..' after a symbolic link is the folder above its target")
  func links() throws {
    try FileManager.default.createDirectory(at: folder["far/away"], withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(atPath: folder["link"].path, withDestinationPath: "far/away")
    try folder.write("x", to: "far/file")
    let path = try filePath(folder["link"].path + "/../file")
    #expect(path.hasSuffix("/far/file"))
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "x")
    #expect(try filePath(folder["link"].path + "/") == folder["link"].path)
  }
}
