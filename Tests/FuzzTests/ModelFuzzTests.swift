import Checkpoints
import Foundation
import Inference
import LanguageModels
import Testing

@Suite("Mutated model files")
struct ModelFuzzTests {
  @Test("config.json, compared with the weights")
  func configuration() throws {
    let scratch = try Scratch()
    try scratch.write(ValidModel.configurations[0], to: "config.json")
    try scratch.write(ValidModel.safetensors(), to: "model.safetensors")
    let source = try WeightsSource.model(at: scratch.url)
    try Fuzzing.run("config.json", count: 1500, valid: ValidModel.configurations, mutate: { $0.json($1) }) { bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      let configuration = try DecoderConfiguration(parsing: text, place: "config.json")
      _ = configuration.parameterCount
      if let problem = LanguageModel.problems(of: source, for: configuration, place: "model").first { throw problem }
    }
  }

  @Test("model.safetensors, its bytes and its header")
  func safetensors() throws {
    let scratch = try Scratch()
    try Fuzzing.run(
      "model.safetensors", count: 1500, valid: [ValidModel.safetensors()],
      mutate: { random, original in
        random.below(3) == 0
          ? random.bytes(original) : ValidModel.safetensors(header: random.json(ValidModel.header))
      },
      parse: { bytes in
        try scratch.write(bytes, to: "model.safetensors")
        let file = try SafetensorsFile(scratch["model.safetensors"])
        // The digest reads every value.
        _ = try weightsDigest(of: file, threads: 1)
      })
  }

  @Test("the index over several files")
  func index() throws {
    let scratch = try Scratch()
    try scratch.write(ValidModel.configurations[0], to: "config.json")
    try scratch.write(ValidModel.safetensors(), to: "a.safetensors")
    try Fuzzing.run("index.json", count: 500, valid: [ValidModel.index], mutate: { $0.json($1) }) { bytes in
      try scratch.write(bytes, to: "model.safetensors.index.json")
      _ = try weightsDigest(of: WeightsSource.model(at: scratch.url), threads: 1)
    }
  }

  @Test(
    "the small files of a folder, opened as a run does",
    arguments: ["tokenizer_config.json", "generation_config.json", "special_tokens_map.json", "attune.json"])
  func folder(name: String) throws {
    let scratch = try Scratch()
    try scratch.write(ValidModel.configurations[0].replacing("20,".utf8, with: "110,".utf8), to: "config.json")
    try scratch.write(ValidModel.safetensors(), to: "model.safetensors")
    try scratch.write(ValidTokenizers.json[1], to: "tokenizer.json")
    let valid = [
      "tokenizer_config.json": #"{"eos_token":{"content":"<s>"},"bos_token":"<s>","chat_template":"{{ messages }}"}"#,
      "special_tokens_map.json": #"{"eos_token":{"content":"</s>","lstrip":false},"unk_token":"<unk>"}"#,
      "generation_config.json": #"{"eos_token_id":[2,104],"temperature":0.7}"#,
      "attune.json": #"{"template":"chatml","provenance":{"attune_version":"0.1.0"},"recipe":"output: x"}"#,
    ]
    try Fuzzing.run(name, count: 300, valid: [Array((valid[name] ?? "").utf8)], mutate: { $0.json($1) }) { bytes in
      try scratch.write(bytes, to: name)
      let files = try ModelFiles(path: scratch.url.path)
      _ = files.hasOwnTemplate
      _ = try files.template(nil)
      _ = try files.modelTemplate?.get()
    }
  }
}
