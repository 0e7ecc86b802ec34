import Checkpoints
import Diagnostics
import Foundation
import TestSupport
import Testing

/// What a download leaves in a file's place is named as what it is.
@Suite struct MisplacedContentsTests {
  static let contents: [(bytes: [UInt8], message: String)] = [
    (
      Array("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 269060552\n".utf8),
      "is a Git LFS pointer in place of the file; get the file with `git lfs pull`"
    ),
    (
      Array("\n<!DOCTYPE html>\n<html><head><title>Sign in</title></head></html>".utf8),
      "is a web page in place of the file; download the file again"
    ),
    (Array("<HTML><body>404</body></HTML>".utf8), "is a web page in place of the file; download the file again"),
    ([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3, 4], "is compressed by gzip; unpack it (gunzip)"),
  ]

  @Test("in place of weights, of Attune's own files and of a configuration", arguments: contents)
  func files(bytes: [UInt8], expected: String) throws {
    let folder = try TemporaryFolder()
    for name in ["model.safetensors", "model.h5", "config.json"] { try folder.replace(name, with: bytes) }
    let weights = message { _ = try SafetensorsFile(folder["model.safetensors"]) }
    #expect(weights == "\(folder["model.safetensors"].path): \(expected)")
    let file = message { _ = try AttuneFile(folder["model.h5"]) }
    #expect(file == "\(folder["model.h5"].path): \(expected)")
    let model = message { _ = try WeightsSource.model(at: folder.url).configuration }
    #expect(model.hasSuffix(expected), "\(model)")
  }

  @Test("a file that only resembles them is read as what it should be")
  func others() throws {
    let folder = try TemporaryFolder()
    try folder.write("<htm", to: "model.safetensors")
    let weights = message { _ = try SafetensorsFile(folder["model.safetensors"]) }
    #expect(weights.contains("expected a safetensors file"))
  }
}
