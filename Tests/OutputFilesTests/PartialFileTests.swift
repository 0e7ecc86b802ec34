import Foundation
import OutputFiles
import TestSupport
import Testing

@Suite struct PartialFileTests {
  @Test func writingATargetRemovesWhatDeadProcessesLeft() throws {
    let folder = try TemporaryFolder()
    for name in ["out.h5.1.partial", "out.h5.22.partial", "other.h5.3.partial", "out.h5.mine.partial"] {
      try folder.write("partial", to: name)
    }
    try FileManager.default.createDirectory(at: folder["out.h5.4.partial"], withIntermediateDirectories: true)
    try folder.write("partial", to: "out.h5.4.partial/model.safetensors")
    try writeAtomically("complete".utf8, to: folder["out.h5"])
    #expect(folder.names == ["other.h5.3.partial", "out.h5", "out.h5.mine.partial"])
  }

  @Test func aFileThatIsStillBeingWrittenRemains() throws {
    let folder = try TemporaryFolder()
    let first = try PartialFile(for: folder["out.h5"])
    try first.write("first".utf8, at: 0)
    try writeAtomically("second".utf8, to: folder["out.h5"])
    removePartialFiles(in: folder.url)
    #expect(folder.names.count == 2)
    try first.commit()
    #expect(folder.names == ["out.h5"])
    #expect(try Data(contentsOf: folder["out.h5"]) == Data("first".utf8))
  }

  @Test func aFileThatMustBeNewReplacesNothing() throws {
    let folder = try TemporaryFolder()
    func write(_ text: String) throws -> Bool {
      let file = try PartialFile(for: folder["recipe.yaml"])
      try file.write(text.utf8, at: 0)
      return try file.commitIfNew()
    }
    #expect(try write("first"))
    #expect(try !write("second"))
    #expect(try Data(contentsOf: folder["recipe.yaml"]) == Data("first".utf8))
    #expect(folder.names == ["recipe.yaml"])
  }
}
