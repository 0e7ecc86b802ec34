import Checkpoints
import Diagnostics
import Foundation
import TestSupport
import Testing

@Suite struct ModelFolderTests {
  /// A folder with two shards and their index.
  private func sharded() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write("{}", to: "config.json")
    try write(["a": [1, 2], "b": [3]], to: folder["model-1.safetensors"])
    try write(["c": [4]], to: folder["model-2.safetensors"])
    try folder.write(
      #"{"metadata":{},"weight_map":{"a":"model-1.safetensors","b":"model-1.safetensors","c":"model-2.safetensors"}}"#,
      to: "model.safetensors.index.json")
    return folder
  }

  @Test func shardsAreReadAsOne() throws {
    let folder = try sharded()
    let model = try ModelFolder(folder.url)
    #expect(model.tensors.map(\.name) == ["a", "b", "c"])
    #expect(try model.floats("a") == [1, 2])
    #expect(try model.floats("c") == [4])
    #expect(try model.contents().tokenizer == nil)
  }

  @Test func shardsNeedNoIndex() throws {
    let folder = try sharded()
    try FileManager.default.removeItem(at: folder["model.safetensors.index.json"])
    #expect(try ModelFolder(folder.url).tensors.map(\.name) == ["a", "b", "c"])
    try write(["c": [5]], to: folder["model-3.safetensors"])
    #expect(
      message { _ = try ModelFolder(folder.url) }.contains(
        "tensor 'c' is in both model-2.safetensors and model-3.safetensors"))
  }

  @Test(arguments: [
    (#"{"a":"../model-1.safetensors"}"#, "leads out of the folder"),
    (#"{"a":"/etc/passwd"}"#, "leads out of the folder"),
    (#"{"a":".."}"#, "leads out of the folder"),
    (#"{"a":"../́x"}"#, "leads out of the folder"),
    (#"{"a":"model-9.safetensors"}"#, "names the file model-9.safetensors, which does not exist. Did you mean"),
    (#"{"a":"model-2.safetensors"}"#, "says that tensor 'a' is in model-2.safetensors, but it is not"),
    (#"{"a":"model-1.safetensors"}"#, "does not name tensor 'b'"),
    (#"{"a":1}"#, "weight_map.a must be the name of a file, found a number"),
    (#"{}"#, "has no weight_map"),
  ])
  func anIndexThatLiesIsRefused(map: String, expected: String) throws {
    let folder = try sharded()
    try folder.write(#"{"weight_map":\#(map)}"#, to: "model.safetensors.index.json")
    let message = message { _ = try ModelFolder(folder.url) }
    #expect(message.contains(expected), "\(message)")
  }

  @Test func whatIsMissingIsNamed() throws {
    let folder = try TemporaryFolder()
    #expect(message { _ = try ModelFolder(folder["nowhere"]) }.contains("there is no such folder"))
    #expect(message { _ = try ModelFolder(folder.url) }.contains("there is no config.json"))
    try folder.write("{}", to: "config.json")
    try folder.write("", to: "pytorch_model.bin")
    #expect(message { _ = try ModelFolder(folder.url) }.contains("pytorch_model.bin cannot be read"))
    try folder.write("{}", to: "adapter_config.json")
    #expect(message { _ = try AdapterFolder(folder.url) }.contains("there is no adapter_model.safetensors"))
  }

  @Test func aLinkOutOfTheFolderIsRefused() throws {
    let (folder, elsewhere) = (try sharded(), try TemporaryFolder())
    try elsewhere.write("{}", to: "secret")
    for name in ["config.json", "model-1.safetensors", "tokenizer.json"] {
      let copy = try sharded()
      try? FileManager.default.removeItem(at: copy[name])
      try FileManager.default.createSymbolicLink(at: copy[name], withDestinationURL: elsewhere["secret"])
      let message = message { _ = try ModelFolder(copy.url).contents() }
      #expect(message.contains("outside the folder"), "\(message)")
    }
    // A file that nobody needs is skipped.
    try FileManager.default.createSymbolicLink(at: folder["notes.txt"], withDestinationURL: elsewhere["secret"])
    #expect(try ModelFolder(folder.url).contents().files.isEmpty)
  }

  @Test(arguments: [
    "chat_template.jinja", "tokenizer_config.json", "generation_config.json", "special_tokens_map.json",
    "tokenizer.model",
  ])
  func aSmallFileThatCountsIsReadOrRefused(name: String) throws {
    func refusal(_ make: (URL) throws -> Void) throws -> String {
      let folder = try sharded()
      try make(folder[name])
      return message { _ = try ModelFolder(folder.url).contents() }
    }
    let elsewhere = try TemporaryFolder()
    try elsewhere.write("{}", to: "secret")
    let files = FileManager.default
    let link = try refusal { try files.createSymbolicLink(at: $0, withDestinationURL: elsewhere["secret"]) }
    #expect(link.contains("/\(name): is a link to ") && link.contains("copy the file into the folder"), "\(link)")
    let dangling = try refusal { try files.createSymbolicLink(at: $0, withDestinationURL: elsewhere["nothing"]) }
    #expect(dangling.contains("/\(name): is a broken link"), "\(dangling)")
    let pipe = try refusal { #expect(mkfifo($0.path, 0o600) == 0) }
    #expect(pipe.contains("/\(name): is a pipe; expected a file"), "\(pipe)")
    let large = try refusal {
      #expect(files.createFile(atPath: $0.path, contents: nil) && truncate($0.path, 1 << 30) == 0)
    }
    #expect(large.contains("/\(name): has 1073741824 bytes; expected at most"), "\(large)")
  }

  @Test func linksOfAHuggingFaceCacheAreFollowed() throws {
    let cache = try TemporaryFolder()
    let files = FileManager.default
    for path in ["blobs", "snapshots/main"] {
      try files.createDirectory(at: cache["models--x"].appendingPathComponent(path), withIntermediateDirectories: true)
    }
    try write(["a": [7]], to: cache["models--x/blobs/f00d"])
    try cache.write("{}", to: "models--x/blobs/beef")
    for (name, blob) in [("model.safetensors", "f00d"), ("config.json", "beef"), ("generation_config.json", "beef")] {
      try files.createSymbolicLink(
        atPath: cache["models--x/snapshots/main/\(name)"].path, withDestinationPath: "../../blobs/\(blob)")
    }
    let model = try ModelFolder(cache["models--x/snapshots/main"])
    #expect(try model.floats("a") == [7])
    #expect(try Array(model.contents().files.keys) == ["generation_config.json"])
  }

  @Test(.enabled(if: Shared.isThere, "needs ../shared"), arguments: ["stories260K", "tinystories-656K"])
  func realModelsOpen(name: String) throws {
    let model = try ModelFolder(Shared.file("assets/models/\(name)"))
    #expect(model.configuration.contains("LlamaForCausalLM"))
    #expect(try model.contents().tokenizer != nil)
    #expect(try model.contents().files["tokenizer_config.json"] != nil)
    let norms = try model.floats("model.norm.weight")
    #expect(norms.count == model.tensors.first { $0.name == "model.norm.weight" }?.elementCount)
    #expect(norms.allSatisfy { $0.isFinite && $0 != 0 })
  }

  @Test(.enabled(if: Shared.isThere, "needs ../shared"))
  func aRealAdapterOpens() throws {
    let adapter = try AdapterFolder(Shared.file("assets/peft/opt125m-dpo-lora"))
    #expect(adapter.tensors.allSatisfy { $0.type == .bfloat16 })
    #expect(adapter.configuration.contains("\"r\": 16"))
    #expect(
      message { _ = try ModelFolder(Shared.file("assets/peft/opt125m-dpo-lora")) }.contains("contains an adapter"))
  }
}

/// Writes vectors of float32 as a safetensors file.
func write(_ vectors: [String: [Float]], to url: URL) throws {
  let writer = try SafetensorsWriter(
    url, tensors: vectors.map { try TensorDescription(name: $0, shape: [$1.count], type: .float32) })
  for (name, values) in vectors { try values.withUnsafeBytes { try writer.write(name, from: $0, as: .float32) } }
  try writer.finish()
}
