import Foundation
import InputFiles
import TestSupport
import Testing

@Suite("A path that leads nowhere")
struct MissingFileTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try FileManager.default.createDirectory(at: folder["data"], withIntermediateDirectories: true)
    try folder.write("", to: "data/train.jsonl")
  }

  private func message(_ name: String, hint: String = "") -> String {
    missingFile(folder[name].path, hint: hint).message.replacing(folder.url.path + "/", with: "")
  }

  @Test("the nearest name is proposed in the folder where the first name is missing")
  func nearest() {
    #expect(message("data/trian.jsonl") == "data/trian.jsonl: no such file. Did you mean 'data/train.jsonl'?")
    #expect(
      message("date/train.jsonl")
        == "date/train.jsonl: no such file: the folder 'date' does not exist. Did you mean 'data/train.jsonl'?")
    #expect(
      message("date/x/y.jsonl")
        == "date/x/y.jsonl: no such file: the folder 'date' does not exist. Did you mean 'data'?")
    #expect(message("data/*.jsonl") == "data/*.jsonl: no such file; patterns are not expanded: list the files.")
    #expect(message("data/other.txt", hint: " Look elsewhere.") == "data/other.txt: no such file. Look elsewhere.")
  }

  @Test("a file in place of a folder, and a link that leads nowhere")
  func notFolders() throws {
    #expect(message("data/train.jsonl/x") == "data/train.jsonl/x: no such file: 'data/train.jsonl' is not a folder.")
    try FileManager.default.createSymbolicLink(atPath: folder["link"].path, withDestinationPath: "nowhere")
    #expect(message("link") == "link: is a symbolic link to a file that does not exist; expected a file")
    #expect(isMissing(folder["link"].path))
    #expect(isMissing(folder["data/train.jsonl/x"].path))
    #expect(!isMissing(folder["data"].path))
  }
}
