import Checkpoints
import Diagnostics
import Foundation
import Testing

/// Damaged Attune files: the digest in the user block keeps them away from libhdf5, which crashes on some.
///
/// The digest protects against damage, not against malice: a file made with a valid digest can pass anything to libhdf5,
/// and a test in this process would not survive that.
@Suite("Mutated HDF5 files")
struct HDF5FuzzTests {
  private func checkpoint(in scratch: Scratch) throws -> [UInt8] {
    let writer = try AttuneFileWriter(scratch["valid.h5"], kind: .checkpoint, provenance: ["attune_version": "0.1"])
    for group in TensorGroup.allCases {
      let tensor = try TensorDescription(name: "model.norm.weight", shape: [4, 3], type: .float32)
      try [Float](repeating: 1.5, count: 12).withUnsafeBytes {
        try writer.write(tensor, to: group, from: $0, as: .float32)
      }
    }
    try writer.write("{}", to: .configuration)
    try writer.write(NamedFile(name: "generation_config.json", data: Data("{}".utf8)))
    try writer.setState("step", .integer(7))
    try writer.finish()
    return Array(try Data(contentsOf: scratch["valid.h5"]))
  }

  private func use(_ bytes: [UInt8], _ scratch: Scratch) throws {
    try scratch.write(bytes, to: "mutated.h5")
    let file = try AttuneFile(scratch["mutated.h5"])
    for group in file.groups { _ = try weightsDigest(of: file.tensors(in: group), threads: 1) }
    _ = try file.contents(.model)
  }

  @Test("only the valid file is read")
  func mutations() throws {
    let scratch = try Scratch()
    let valid = try checkpoint(in: scratch)
    try Fuzzing.run("last.h5", count: 600, valid: [valid], mutate: { $0.bytes($1) }) { bytes in
      try use(bytes, scratch)
      #expect(bytes == valid)
    }
  }

  @Test("a file that is cut off, at any length")
  func truncations() throws {
    let scratch = try Scratch()
    let valid = try checkpoint(in: scratch)
    for length in stride(from: 0, to: valid.count, by: 37) {
      let error = #expect(throws: UserError.self) { try use(Array(valid.prefix(length)), scratch) }
      #expect(error?.kind == .file)
    }
  }

  @Test("an HDF5 file of another program")
  func otherPrograms() throws {
    let scratch = try Scratch()
    let valid = try checkpoint(in: scratch)
    // Without the user block it is an ordinary HDF5 file.
    let error = #expect(throws: UserError.self) { try use(Array(valid.dropFirst(512)), scratch) }
    #expect(error?.message.contains("is an HDF5 file of another program; expected one that Attune wrote") == true)
  }
}
