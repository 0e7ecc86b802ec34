import Checkpoints
import Diagnostics
import Foundation
import Randomness
import TestSupport
import Testing

@Suite struct AttuneFileTests {
  /// A checkpoint with everything that a file can hold.
  private func checkpoint(in folder: TemporaryFolder, name: String = "last.h5") throws -> URL {
    let writer = try AttuneFileWriter(folder[name], kind: .checkpoint, provenance: ["attune_version": "0.1"])
    var random = SplitMix64(state: 3)
    for group in TensorGroup.allCases {
      let values = random.floats(700 * 300)
      let tensor = try TensorDescription(name: "model.norm.weight", shape: [700, 300], type: .float32)
      try values.withUnsafeBytes { try writer.write(tensor, to: group, from: $0, as: .float32) }
    }
    try writer.write("{\"model_type\": \"llama\"}", to: .configuration)
    try writer.write("", to: .recipe)
    try writer.write(String(repeating: "Größe 🙂", count: 100_000), to: .tokenizer)
    try writer.write(NamedFile(name: "generation_config.json", data: Data("{}".utf8)))
    try writer.write(NamedFile(name: "empty", data: Data()))
    for (name, value) in state { try writer.setState(name, value) }
    try writer.finish()
    return folder[name]
  }

  private let state: [String: StateValue] = [
    "step": .integer(-7), "best_score": .real(.pi), "cursor": .text("épreuve"), "nothing": .text(""),
    "random": .words([.max, 0, 1 << 63]), "no_words": .words([]), "long": .text(String(repeating: "x", count: 30_000)),
  ]

  @Test func whatIsWrittenIsReadBitForBit() throws {
    let folder = try TemporaryFolder()
    let file = try AttuneFile(checkpoint(in: folder))
    #expect(file.kind == .checkpoint)
    #expect(file.provenance == ["attune_version": "0.1"])
    #expect(file.state == state)
    #expect(file.groups == TensorGroup.allCases)
    var random = SplitMix64(state: 3)
    for group in TensorGroup.allCases {
      #expect(try file.tensors(in: group).floats("model.norm.weight") == random.floats(700 * 300))
    }
    #expect(try file.text(.configuration) == "{\"model_type\": \"llama\"}")
    #expect(try file.text(.recipe) == "")
    #expect(try file.text(.template) == nil)
    #expect(try file.text(.tokenizer) == String(repeating: "Größe 🙂", count: 100_000))
    #expect(file.fileNames == ["empty", "generation_config.json"])
    #expect(try file.file("generation_config.json") == Data("{}".utf8))
    #expect(try file.file("empty") == Data())
    #expect(folder.names == ["last.h5"])
  }

  @Test func momentsMayBeCodesOfEightBitsAndNothingElseMay() throws {
    let folder = try TemporaryFolder()
    let codes = (0..<70_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let tensor = try TensorDescription(name: "w", shape: [700, 100], type: .uint8)
    let writer = try AttuneFileWriter(folder["last.h5"], kind: .checkpoint)
    try codes.withUnsafeBytes { try writer.write(tensor, to: .secondMoment, from: $0, as: .uint8) }
    #expect(throws: UserError.self) {
      try codes.withUnsafeBytes { try writer.write(tensor, to: .model, from: $0, as: .uint8) }
    }
    try writer.finish()
    let tensors = try AttuneFile(folder["last.h5"]).tensors(in: .secondMoment)
    #expect(tensors.tensors == [tensor])
    var found = [UInt8](repeating: 0, count: codes.count)
    try found.withUnsafeMutableBytes { try tensors.read("w", as: .uint8, into: $0) }
    #expect(found == codes)
    #expect(throws: UserError.self) { try tensors.floats("w") }
  }

  @Test(
    arguments: [
      [], [1], [0], [5], [300_000], [3, 0, 2], [2, 3, 4, 5], [1, 200_000], [70_000, 3], [3, 70_001], [1000, 1000],
    ] as [[Int]])
  func everyShapeIsReadBack(shape: [Int]) throws {
    let folder = try TemporaryFolder()
    var random = SplitMix64(state: UInt64(shape.count))
    let tensor = try TensorDescription(name: "x", shape: shape, type: .float32)
    let values = random.floats(tensor.elementCount)
    let writer = try AttuneFileWriter(folder["x.h5"], kind: .model)
    try values.withUnsafeBytes { bytes in
      try writer.write(tensor, to: .model, from: bytes, as: .float32)
      // The same values again, rounded when written.
      let rounded = try TensorDescription(name: "rounded", shape: shape, type: .bfloat16)
      try writer.write(rounded, to: .model, from: bytes, as: .float32)
    }
    try writer.finish()
    let read = try AttuneFile(folder["x.h5"]).tensors(in: .model)
    #expect(read.tensors.map(\.shape) == [shape, shape])
    #expect(read.tensors.map(\.type) == [.bfloat16, .float32])
    #expect(try read.floats("x") == values)
    let rounded = try read.floats("rounded")
    #expect(zip(values, rounded).allSatisfy { abs($0 - $1) <= abs($0) / 256 })
    // Some of the rows, whose ends do not agree with the chunks'.
    if tensor.rowCount > 2 {
      let rows = 1..<(tensor.rowCount - 1)
      for (name, whole) in [("x", values), ("rounded", rounded)] {
        var part = [Float](repeating: 0, count: rows.count * tensor.rowElementCount)
        try part.withUnsafeMutableBytes { try read.read(read.tensor(named: name), rows: rows, as: .float32, into: $0) }
        #expect(part == Array(whole[tensor.rowElementCount..<(whole.count - tensor.rowElementCount)]))
      }
    }
  }

  @Test func theSameContentGivesTheSameBytes() throws {
    let folder = try TemporaryFolder()
    let first = try Data(contentsOf: checkpoint(in: folder, name: "a.h5"))
    Thread.sleep(forTimeInterval: 1.1)
    #expect(try Data(contentsOf: checkpoint(in: folder, name: "b.h5")) == first)
  }

  @Test func aWriterThatIsGivenUpLeavesTheOldFile() throws {
    let folder = try TemporaryFolder()
    let before = try Data(contentsOf: checkpoint(in: folder))
    do {
      let writer = try AttuneFileWriter(folder["last.h5"], kind: .checkpoint)
      try writer.write("text", to: .recipe)
      #expect(folder.names.count == 2)
    }
    #expect(folder.names == ["last.h5"])
    #expect(try Data(contentsOf: folder["last.h5"]) == before)
  }

  @Test func impossibleNamesAreRefused() throws {
    let folder = try TemporaryFolder()
    let writer = try AttuneFileWriter(folder["x.h5"], kind: .model)
    for name in ["a/b", "a/\u{301}b", "", ".", "..", "a\0b"] {
      let message = message(of: .output) {
        try writer.write(
          TensorDescription(name: name, shape: [0], type: .float32), to: .model, from: .init(start: nil, count: 0),
          as: .float32)
      }
      #expect(message.contains("is not a valid name in HDF5"))
    }
    #expect(message(of: .output) { try writer.write("a\0b", to: .recipe) }.contains("contains NUL"))
  }

  @Test func unwritablePlacesAreNamed() throws {
    let folder = try TemporaryFolder()
    #expect(
      message(of: .output) { _ = try AttuneFileWriter(folder["no/x.h5"], kind: .model) }
        .contains("no/x.h5: cannot be written: No such file or directory"))
    try FileManager.default.createDirectory(at: folder["x.h5"], withIntermediateDirectories: false)
    let message = message(of: .output) { try AttuneFileWriter(folder["x.h5"], kind: .model).finish() }
    #expect(message.contains("x.h5: cannot be written: Is a directory"))
    #expect(folder.names == ["x.h5"])
  }

  @Test func otherFilesAreDistinguished() throws {
    let folder = try TemporaryFolder()
    try folder.write("no HDF5", to: "text.h5")
    #expect(message { _ = try AttuneFile(folder["text.h5"]) }.contains("is not a file that Attune wrote"))
    try Data([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A] + [UInt8](repeating: 0, count: 600)).write(
      to: folder["other.h5"])
    #expect(message { _ = try AttuneFile(folder["other.h5"]) }.contains("is an HDF5 file of another program"))
    try Data().write(to: folder["empty.h5"])
    #expect(message { _ = try AttuneFile(folder["empty.h5"]) }.contains("is not a file that Attune wrote"))
  }

  @Test func aDamagedFileSaysSo() throws {
    let folder = try TemporaryFolder()
    let whole = try Data(contentsOf: checkpoint(in: folder))
    for length in [8, 100, 511, 512, 513, 2000, whole.count - 1] {
      try folder.replace("cut.h5", with: whole.prefix(length))
      #expect(message { _ = try AttuneFile(folder["cut.h5"]) }.contains("cut.h5: is damaged: it "), "\(length) bytes")
    }
    var longer = whole
    longer.append(0)
    try longer.write(to: folder["longer.h5"])
    #expect(message { _ = try AttuneFile(folder["longer.h5"]) }.contains("is damaged"))
  }

  @Test func everyMutationIsFound() throws {
    let folder = try TemporaryFolder()
    let writer = try AttuneFileWriter(folder["small.h5"], kind: .model)
    try [Float](repeating: 1, count: 64).withUnsafeBytes {
      try writer.write(TensorDescription(name: "x", shape: [8, 8], type: .float32), to: .model, from: $0, as: .float32)
    }
    try writer.write("{}", to: .configuration)
    try writer.finish()
    let original = try [UInt8](Data(contentsOf: folder["small.h5"]))
    var random = SplitMix64(state: 11)
    for _ in 0..<200 {
      let bytes = random.mutated(original)
      if bytes == original { continue }
      try folder.replace("mutated.h5", with: bytes)
      #expect(throws: UserError.self) { try AttuneFile(folder["mutated.h5"]) }
    }
  }
}
