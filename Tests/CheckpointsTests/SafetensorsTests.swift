import Checkpoints
import Diagnostics
import Foundation
import Randomness
import TestSupport
import Testing

@Suite struct SafetensorsTests {
  @Test func whatIsWrittenIsReadBitForBit() throws {
    let folder = try TemporaryFolder()
    var random = SplitMix64(state: 1)
    let matrix = random.floats(300 * 1000)
    let number: [Float] = [.pi]
    let file = folder["model.safetensors"]
    let writer = try SafetensorsWriter(
      file,
      tensors: [
        TensorDescription(name: "b.matrix", shape: [300, 1000], type: .float32),
        TensorDescription(name: "a.number", shape: [], type: .float32),
        TensorDescription(name: "none", shape: [0, 4], type: .float32),
      ])
    try number.withUnsafeBytes { try writer.write("a.number", from: $0, as: .float32) }
    try matrix.withUnsafeBytes { try writer.write("b.matrix", from: $0, as: .float32) }
    try [Float]().withUnsafeBytes { try writer.write("none", from: $0, as: .float32) }
    #expect(!FileManager.default.fileExists(atPath: file.path), "before the end nothing stands in the target's place")
    try writer.finish()

    let read = try SafetensorsFile(file)
    #expect(read.tensors.map(\.name) == ["a.number", "b.matrix", "none"])
    #expect(read.metadata == ["format": "pt"])
    #expect(try read.floats("b.matrix") == matrix)
    #expect(try read.floats("a.number") == number)
    #expect(try read.floats("none") == [])
    var rows = [Float](repeating: 0, count: 2000)
    try rows.withUnsafeMutableBytes {
      try read.read(read.tensor(named: "b.matrix"), rows: 7..<9, as: .float32, into: $0)
    }
    #expect(rows == Array(matrix[7000..<9000]))
    #expect(folder.names == ["model.safetensors"])
  }

  @Test func headerIsPaddedAndSortedAsTheSafetensorsLibraryDoes() throws {
    let folder = try TemporaryFolder()
    let writer = try SafetensorsWriter(
      folder["x.safetensors"],
      tensors: [
        TensorDescription(name: "a", shape: [1], type: .bfloat16),
        TensorDescription(name: "z", shape: [1], type: .float32),
      ])
    try [UInt16(0x3F80)].withUnsafeBytes { try writer.write("a", from: $0, as: .bfloat16) }
    try [Float(1)].withUnsafeBytes { try writer.write("z", from: $0, as: .float32) }
    try writer.finish()
    let bytes = try [UInt8](Data(contentsOf: folder["x.safetensors"]))
    let header =
      #"{"__metadata__":{"format":"pt"},"z":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"#
      + #""a":{"dtype":"BF16","shape":[1],"data_offsets":[4,6]}}"#
    #expect(Int(bytes[0]) == (header.utf8.count + 7) / 8 * 8)
    #expect(String(decoding: bytes[8..<(8 + header.utf8.count)], as: UTF8.self) == header)
    #expect(Array(bytes.suffix(6)) == [0, 0, 0x80, 0x3F, 0x80, 0x3F])
  }

  @Test func aWriterThatIsGivenUpLeavesNothing() throws {
    let folder = try TemporaryFolder()
    _ = try SafetensorsWriter(
      folder["x.safetensors"], tensors: [TensorDescription(name: "a", shape: [1], type: .float32)])
    #expect(folder.names == [])
  }

  @Test func anUnwritableFolderIsNamed() {
    let message = message(of: .output) {
      _ = try SafetensorsWriter(URL(fileURLWithPath: "/proc/nowhere/x.safetensors"), tensors: [])
    }
    #expect(message.contains("/proc/nowhere/x.safetensors: cannot be written: No such file"))
  }

  @Test func anUnknownNameGetsASuggestion() throws {
    let folder = try TemporaryFolder()
    try raw(#"{"lm_head.weight":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, data: 4).write(to: folder["x"])
    let file = try SafetensorsFile(folder["x"])
    #expect(message { _ = try file.floats("lm_haed.weight") }.contains("Did you mean 'lm_head.weight'?"))
  }

  @Test func integersAreListedAndReadAsTheyAreButNotAsFloats() throws {
    let folder = try TemporaryFolder()
    try raw(#"{"ids":{"dtype":"I32","shape":[2],"data_offsets":[0,8]}}"#, data: 8).write(to: folder["x"])
    let file = try SafetensorsFile(folder["x"])
    var ids: [Int32] = [1, 1]
    try ids.withUnsafeMutableBytes { try file.read("ids", as: .int32, into: $0) }
    #expect(ids == [0, 0])
    #expect(message { _ = try file.floats("ids") }.contains("holds int32; expected float32, float16 or bfloat16"))
  }

  /// Headers that lie, each with the words that the message must contain.
  @Test(arguments: [
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 4, "takes 8 bytes, but data_offsets span 4"),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 4, "lie outside the 4 bytes of data"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 8, "4 bytes after tensor 'a' belong to no tensor"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8, "4 bytes between the header and tensor 'a'"),
    (
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
      8,
      "tensor 'b' overlaps tensor 'a'"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
      8,
      "occurs twice"
    ),
    (#"{"a":{"dtype":"F23","shape":[1],"data_offsets":[0,4]}}"#, 4, "unknown dtype 'F23'. Did you mean 'F32'?"),
    (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, 4, "not a list of natural numbers"),
    (#"{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}"#, 4, "not a list of natural numbers"),
    (#"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,4]}}"#, 4, "is impossible"),
    (#"{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}}"#, 4, "not a list of natural numbers"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, 4, "lie outside"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"offset":3}}"#, 4, "unknown key 'offset'"),
    (#"{"a":{"shape":[1],"data_offsets":[0,4]}}"#, 4, "has no dtype"),
    (#"{"__metadata__":{"format":1}}"#, 0, "__metadata__.format must be a string, found a number"),
    (#"["a"]"#, 0, "does not begin with '{'"),
    (#"{"a":"#, 0, "the header is damaged: line 1, column"),
  ])
  func aHeaderThatLiesIsRefused(header: String, data: Int, expected: String) throws {
    let folder = try TemporaryFolder()
    try raw(header, data: data).write(to: folder["bad.safetensors"])
    let message = message { _ = try SafetensorsFile(folder["bad.safetensors"]) }
    #expect(message.contains(expected), "\(message)")
    #expect(message.hasPrefix(folder["bad.safetensors"].path))
  }

  @Test func aFileThatEndsTooEarlyIsRefusedAtEveryByte() throws {
    let folder = try TemporaryFolder()
    let whole = raw(#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, data: 8)
    for length in 0..<whole.count {
      try folder.replace("cut", with: whole.prefix(length))
      #expect(throws: UserError.self, "\(length) bytes") { try SafetensorsFile(folder["cut"]) }
    }
  }

  @Test func mutatedFilesEndInSuccessOrAMessage() throws {
    let folder = try TemporaryFolder()
    let original = [UInt8](
      raw(
        #"{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"#
          + #""b":{"dtype":"BF16","shape":[4],"data_offsets":[24,32]}}"#, data: 32))
    var random = SplitMix64(state: 5)
    for _ in 0..<400 {
      try folder.replace("m", with: random.mutated(original))
      do {
        let file = try SafetensorsFile(folder["m"])
        for tensor in file.tensors where tensor.type == .float32 { _ = try file.floats(tensor.name) }
      } catch is UserError {
        continue
      }
    }
  }

  @Test func foldersAndPipesAreNoFiles() throws {
    let folder = try TemporaryFolder()
    #expect(message { _ = try SafetensorsFile(folder.url) }.contains("is a folder; expected a file"))
    #expect(mkfifo(folder["pipe"].path, 0o600) == 0)
    #expect(message { _ = try SafetensorsFile(folder["pipe"]) }.contains("is a pipe; expected a file"))
    #expect(message { _ = try SafetensorsFile(folder["missing"]) }.contains("missing: no such file"))
  }

  /// A file with this header and as many zero bytes of data.
  private func raw(_ header: String, data: Int) -> Data {
    let length = UInt64(header.utf8.count)
    return Data((0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }) + Data(header.utf8) + Data(count: data)
  }
}
