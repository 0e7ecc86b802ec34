import Checkpoints
import Diagnostics
import Foundation
import OutputFiles
import TestSupport
import Testing

@Suite struct WeightsTests {
  private let contents = ModelContents(
    kind: .model, configuration: "{\"model_type\":\"llama\"}", tokenizer: "{\"version\":\"1.0\"}", template: "chatml",
    recipe: "seed: 1\n", provenance: ["attune_version": "0.1", ModelContents.baseDigest: "f00d"],
    files: ["generation_config.json": Data("{}".utf8), "tokenizer.model": Data([0, 255, 10])])

  /// Writes a small model with two matrices, the second in bfloat16.
  private func write(_ contents: ModelContents, to url: URL) throws {
    let tensors = try [
      TensorDescription(name: "b", shape: [2, 2], type: .float32),
      TensorDescription(name: "a", shape: [2], type: .bfloat16),
    ]
    let writer = try WeightsWriter(url, contents, tensors: tensors)
    try [Float](arrayLiteral: 1, 2, 3, 4).withUnsafeBytes { try writer.write("b", from: $0, as: .float32) }
    try [Float](arrayLiteral: 0.5, -2).withUnsafeBytes { try writer.write("a", from: $0, as: .float32) }
    try writer.finish()
  }

  @Test(arguments: ["model", "model.h5"])
  func bothFormsKeepEverything(name: String) throws {
    let folder = try TemporaryFolder()
    try write(contents, to: folder[name])
    let source = try WeightsSource.open(folder[name])
    #expect(source.kind == .model)
    #expect(source.configuration == contents.configuration)
    #expect(source.template == "chatml")
    #expect(source.provenance == contents.provenance)
    #expect(try source.contents().tokenizer != nil)
    #expect(try source.contents() == contents)
    #expect(source.tensors.map(\.type) == [.bfloat16, .float32])
    #expect(try source.floats("a") == [0.5, -2])
    #expect(try source.floats("b") == [1, 2, 3, 4])
    #expect(folder.names == [name])
  }

  @Test func aFolderComesBackByteForByte() throws {
    let folder = try TemporaryFolder()
    try write(contents, to: folder["first"])
    try copy(folder["first"], to: folder["between.h5"])
    try copy(folder["between.h5"], to: folder["second"])
    let names = try FileManager.default.contentsOfDirectory(atPath: folder["first"].path).sorted()
    #expect(
      names == [
        "attune.json", "config.json", "generation_config.json", "model.safetensors", "tokenizer.json",
        "tokenizer.model",
      ])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder["second"].path).sorted() == names)
    for name in names {
      #expect(try Data(contentsOf: folder["first/\(name)"]) == Data(contentsOf: folder["second/\(name)"]), "\(name)")
    }
  }

  /// The files of transformers and PEFT themselves come back byte for byte.
  @Test(
    .enabled(if: Shared.isThere, "needs ../shared"),
    arguments: [
      ("golden/model", "model.safetensors"), ("golden/families/qwen2", "model.safetensors"),
      ("assets/models/stories260K", "model.safetensors"), ("assets/models/stories260K", "tokenizer.model"),
      ("golden/lora_final", "adapter_model.safetensors"), ("golden/prefix_final", "adapter_model.safetensors"),
      ("assets/peft/opt125m-dpo-lora", "adapter_model.safetensors"),
    ])
  func realFoldersComeBackByteForByte(path: String, file: String) throws {
    let folder = try TemporaryFolder()
    let original = Shared.file(path)
    try copy(original, to: folder["between.h5"])
    try copy(folder["between.h5"], to: folder["back"])
    #expect(try Data(contentsOf: folder["back/\(file)"]) == Data(contentsOf: original.appendingPathComponent(file)))
    #expect(
      try weightsDigest(of: WeightsSource.open(folder["between.h5"])) == weightsDigest(of: WeightsSource.open(original))
    )
  }

  @Test func theDigestIsThatOfItsDefinition() throws {
    let folder = try TemporaryFolder()
    try write(contents, to: folder["model"])
    // Computed with Python's hashlib and struct from the definition.
    let expected = "839baa4f9ba16e5aee3b6de17945d6e168672d281a469d090b4b540457e0c150"
    #expect(try weightsDigest(of: WeightsSource.model(at: folder["model"])) == expected)
    #expect(try weightsDigest(of: WeightsSource.model(at: folder["model"]), threads: 1) == expected)
  }

  @Test func theDigestDistinguishesValuesNamesAndShapesButNotForms() throws {
    let folder = try TemporaryFolder()
    func digest(_ name: String, _ shape: [Int], _ type: StoredType, _ values: [Float], in file: String) throws -> String
    {
      let tensor = try TensorDescription(name: name, shape: shape, type: type)
      let writer = try WeightsWriter(folder[file], contents, tensors: [tensor])
      try values.withUnsafeBytes { try writer.write(name, from: $0, as: .float32) }
      try writer.finish()
      return try weightsDigest(of: WeightsSource.open(folder[file]))
    }
    let first = try digest("w", [2, 1], .float32, [1, 0.5], in: "1")
    #expect(try digest("w", [2, 1], .bfloat16, [1, 0.5], in: "2.h5") == first)
    #expect(try digest("w", [2], .float32, [1, 0.5], in: "3") != first)
    #expect(try digest("v", [2, 1], .float32, [1, 0.5], in: "4") != first)
    #expect(try digest("w", [2, 1], .float32, [1, 0.25], in: "5") != first)
  }

  @Test func aFolderThatHoldsSomethingIsLeftAlone() throws {
    let folder = try TemporaryFolder()
    try folder.write("mine", to: "notes.txt")
    #expect(message(of: .recipe) { try write(contents, to: folder.url) }.contains("already contains notes.txt"))
    #expect(message(of: .recipe) { try write(contents, to: folder["notes.txt"]) }.contains("is a file"))
    try FileManager.default.createDirectory(at: folder["empty"], withIntermediateDirectories: false)
    try write(contents, to: folder["empty"])
    #expect(folder.names == ["empty", "notes.txt"])
  }

  @Test func aWriterThatIsGivenUpLeavesNothing() throws {
    let folder = try TemporaryFolder()
    _ = try WeightsWriter(folder["model"], contents, tensors: [])
    _ = try WeightsWriter(folder["model.h5"], contents, tensors: [])
    var hostile = contents
    hostile.files["config.json"] = Data()
    #expect(
      message(of: .output) { try write(hostile, to: folder["model"]) }.contains("must not be named 'config.json'"))
    #expect(folder.names == [])
  }

  @Test func whatIsNotThereIsNamed() throws {
    let folder = try TemporaryFolder()
    #expect(message { _ = try WeightsSource.open(folder["x"]) }.contains("there is no such file or folder"))
    try write(contents, to: folder["model.h5"])
    #expect(
      message { _ = try WeightsSource.adapter(at: folder["model.h5"]) }.contains(
        "contains no adapter; its kind is 'model'"))
    try write(contents, to: folder["model"])
    try folder.write("{\"tmplate\":\"x\"}", to: "model/attune.json")
    #expect(
      message { _ = try WeightsSource.open(folder["model"]) }.contains(
        "unknown key 'tmplate'. Did you mean 'template'?"))
  }

  @Test func leftoversOfKilledProcessesAreCleared() throws {
    let folder = try TemporaryFolder()
    for name in ["last.h5.123.partial", "model.7.partial", "mine.partial", "last.h5"] { try folder.write("", to: name) }
    removePartialFiles(in: folder.url)
    #expect(folder.names == ["last.h5", "mine.partial"])
  }

  @Test func aSmallFileWithAReservedNameIsRejected() throws {
    let folder = try TemporaryFolder()
    var hostile = contents
    hostile.files["config.json"] = Data("{}".utf8)
    try write(hostile, to: folder["model.h5"])
    let error = try #require(throws: UserError.self) { try WeightsSource.open(folder["model.h5"]).contents() }
    #expect(error.kind == .file && error.message.contains("contains /files/config.json"), "\(error)")
  }

  @Test func smallFilesAreReplacedCompletely() throws {
    let folder = try TemporaryFolder()
    try writeAtomically("first".utf8, to: folder["recipe.yaml"])
    try writeAtomically("2".utf8, to: folder["recipe.yaml"])
    #expect(try Data(contentsOf: folder["recipe.yaml"]) == Data("2".utf8))
    #expect(folder.names == ["recipe.yaml"])
  }
}

/// Copies a model or adapter from one form into another.
private func copy(_ source: URL, to target: URL) throws {
  let source = try WeightsSource.open(source)
  let writer = try WeightsWriter(target, source.contents(), tensors: source.tensors)
  try writer.copyAll(from: source)
  try writer.finish()
}
