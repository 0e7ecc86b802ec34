import Foundation
import Testing

/// Commands that are interrupted, or run out of disk space, leave no partial files.
@Suite("Partial files", .needsProgram)
struct InterruptionTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  private var partials: [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: workspace.path)) ?? []
    return names.filter { $0.hasSuffix(".partial") }
  }

  /// Writes a model of zeros in a sparse file that takes no space: 512 MiB in tensors of 16 MiB.
  private func writeSparseModel() throws {
    let (count, size) = (32, 16 << 20)
    let header = Dictionary(
      uniqueKeysWithValues: (0..<count).map { index -> (String, [String: Any]) in
        (
          "weight.\(index)",
          ["dtype": "F32", "shape": [size / 4096, 1024], "data_offsets": [index * size, (index + 1) * size]]
        )
      })
    let bytes = TinyModel.safetensors(header: header, values: Data())
    try bytes.write(to: workspace.file("model/model.safetensors"))
    try #require(truncate(workspace.file("model/model.safetensors").path, bytes.count + count * size) == 0)
  }

  @Test("a conversion that is interrupted", arguments: ["copy.h5", "copy"])
  func convert(output: String) throws {
    try writeSparseModel()
    var wasThere = false
    let run = try workspace.run("convert", "model", output, signal: SIGTERM) {
      wasThere = !partials.isEmpty
      return wasThere
    }
    #expect(wasThere && run.exitCode == SIGTERM, "\(run.messages)")
    #expect(partials.isEmpty && !workspace.has(output), "\(partials)")
  }

  @Test("a recipe that doesn't fit on the disk is not written")
  func copy() throws {
    try FileManager.default.createDirectory(at: workspace.file("recipes"), withIntermediateDirectories: true)
    try workspace.write("recipes/lora.yaml", "# LoRA on instructions.\noutput: x\n")
    let home = #"export ATTUNE_HOME="$PWD"; "#
    let full = try workspace.run(
      "copy", "lora", "mine.yaml", shell: home + #"ulimit -f 0; exec "$0" "$@" 2> /dev/null"#)
    #expect(full.exitCode == 5)
    #expect(!workspace.has("mine.yaml") && partials.isEmpty, "\(partials)")
    let copied = try workspace.run("copy", "lora", "mine.yaml", shell: home + #"exec "$0" "$@""#)
    #expect(copied.exitCode == 0 && workspace.has("mine.yaml"), "\(copied.messages)")
  }
}
