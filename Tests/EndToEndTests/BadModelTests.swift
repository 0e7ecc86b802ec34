import Foundation
import Testing

@Suite("A wrong model", .needsProgram)
struct BadModelTests {
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    try workspace.writeRecipe()
  }

  /// Expects the same message from every command that opens a model.
  private func expectRefusal(_ message: String, output: String? = "out", at location: SourceLocation = #_sourceLocation)
    throws
  {
    workspace.expectRefusal(try workspace.run("run", "recipe.yaml"), code: 3, message, at: location)
    workspace.expectRefusal(try workspace.run("validate", "recipe.yaml"), code: 3, message, at: location)
    workspace.expectRefusal(
      try workspace.run("generate", "--model", "model", "--prompt", "1"), code: 3, message, at: location)
  }

  @Test("that is missing")
  func missing() throws {
    try FileManager.default.removeItem(at: workspace.file("model"))
    try expectRefusal("model")
  }

  @Test("whose weights are cut off")
  func truncated() throws {
    let file = workspace.file("model/model.safetensors")
    try Data(contentsOf: file).dropLast(100).write(to: file)
    try expectRefusal("model/model.safetensors")
  }

  @Test("whose header lies about sizes", arguments: [Int.max, -1, 1 << 40, 12])
  func lyingHeader(end: Int) throws {
    let header = ["model.norm.weight": ["dtype": "F32", "shape": [16], "data_offsets": [0, end]] as [String: Any]]
    try TinyModel.safetensors(header: header, values: Data(count: 64)).write(
      to: workspace.file("model/model.safetensors"))
    try expectRefusal("model/model.safetensors")
  }

  @Test("whose header is longer than the file")
  func headerLength() throws {
    try Data(repeating: 0xFF, count: 64).write(to: workspace.file("model/model.safetensors"))
    try expectRefusal("model/model.safetensors")
  }

  @Test("with a tensor of the wrong shape")
  func wrongShape() throws {
    var model = TinyModel()
    model.tensors[3].shape = [32, 8]
    try model.write(to: workspace.file("model").path)
    try expectRefusal("the tensor 'model.layers.0.mlp.gate_proj.weight' has the shape [32, 8]; config.json asks for")
  }

  @Test("with a missing tensor or an extra one")
  func wrongTensors() throws {
    var model = TinyModel()
    model.tensors[10].name = "model.nrm.weight"
    try model.write(to: workspace.file("model").path)
    try expectRefusal("the tensor 'model.norm.weight' of shape [16] is missing. Did you mean 'model.nrm.weight'?")
    model = TinyModel()
    model.tensors.append(("model.layers.1.mlp.down_proj.weight", [16, 32]))
    try model.write(to: workspace.file("model").path)
    try expectRefusal("the tensor 'model.layers.1.mlp.down_proj.weight' is none of a llama model")
  }

  @Test("whose tokenizer has a token more than the model: only a record that contains it is refused")
  func vocabulary() throws {
    var model = TinyModel()
    model.specialTokens.append("<|more|>")
    try model.write(to: workspace.file("model").path)
    let run = try workspace.run("run", "recipe.yaml")
    #expect(run.exitCode == 0)
    #expect(run.messages.contains("'<|more|>' (259) is beyond the model's vocab_size of 259"))
    try workspace.write("train.jsonl", #"{"prompt": "1<|more|>", "completion": "2"}"#)
    workspace.expectRefusal(
      try workspace.run("validate", "recipe.yaml"), code: 3,
      "train.jsonl:1: the record contains the token '<|more|>' (259)", output: nil)
  }

  @Test("of an architecture that Attune doesn't support")
  func unknownArchitecture() throws {
    var model = TinyModel()
    model.configuration["model_type"] = "mamba"
    model.configuration["architectures"] = ["MambaForCausalLM"]
    try model.write(to: workspace.file("model").path)
    try expectRefusal("mamba")
  }
}
