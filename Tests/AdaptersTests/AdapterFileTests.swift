import Adapters
import Autodiff
import Checkpoints
import Diagnostics
import Foundation
import LanguageModels
import Tensors
import TestSupport
import Testing

@Suite("Adapters in files")
struct AdapterFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private let contents = ModelContents(kind: .adapter, configuration: "")

  private func logits(_ model: LanguageModel, _ adapter: Adapter) -> Tensor {
    model.attachments = adapter.attachments
    return model.logits(of: SampleModel.tokens)
  }

  @Test("a round trip through a PEFT folder keeps every bit", arguments: SampleAdapter.all)
  func roundTrip(_ sample: SampleAdapter) throws {
    let model = try SampleModel.tied.make()
    let trained = try sample.trained(on: model)
    let form = trained.result
    try form.write(to: folder["folder"], contents, for: model.configuration)
    let source = try WeightsSource.adapter(at: folder["folder"])
    let read = try Adapter(source, on: model) { nil }
    #expect(read.result.tensors.map(\.name).sorted() == form.tensors.map(\.name).sorted())
    for (name, value) in form.tensors {
      #expect(try source.floats(name) == value.array, "\(name)")
    }
    #expect(largestDifference(logits(model, trained), logits(model, read)) < 1e-5)
    // Written again, the configuration says the same.
    try read.result.write(to: folder["again"], contents, for: model.configuration)
    #expect(try WeightsSource.adapter(at: folder["again"]).configuration == source.configuration)
  }

  @Test(
    "a training form can be attached, and is folded for others",
    arguments: SampleAdapter.all.filter { ["prefix", "pissa", "pissa rs"].contains($0.name) })
  func trainingForm(_ sample: SampleAdapter) throws {
    let model = try SampleModel.untied.make()
    let trained = try sample.trained(on: model)
    let expected = logits(model, trained)
    // As a checkpoint holds it.
    try trained.trainedForm.write(to: folder["last.h5"], contents, for: model.configuration)
    let checkpoint = try WeightsSource.adapter(at: folder["last.h5"])
    #expect(largestDifference(logits(model, try Adapter(checkpoint, on: model) { nil }), expected) < 1e-5)

    let folded = try #require(try checkpoint.foldedAdapter())
    try folded.form.write(to: folder["peft"], folded.contents)
    let source = try WeightsSource.adapter(at: folder["peft"])
    #expect(try source.foldedAdapter() == nil)
    #expect(!source.tensors.contains { $0.name.contains("_start") || $0.name.contains("reparameterization") })
    #expect(largestDifference(logits(model, try Adapter(source, on: model) { nil }), expected) < 1e-4)
  }

  @Test("a training form whose tensors do not belong together is refused")
  func brokenTrainingForm() throws {
    let model = try SampleModel.untied.make()
    for (name, part) in [("prefix", "second.weight"), ("pissa", "0.mlp.up_proj.lora_B.weight")] {
      let sample = try #require(SampleAdapter.all.first { $0.name == name })
      var form = try sample.trained(on: model).trainedForm
      let index = try #require(form.tensors.firstIndex { $0.name.hasSuffix(part) })
      form.tensors[index].value = .zeros([3, 3])
      try form.write(to: folder["\(name).h5"], contents, for: model.configuration)
      let source = try WeightsSource.adapter(at: folder["\(name).h5"])
      #expect(throws: UserError.self) { try source.foldedAdapter() }
      form.tensors.remove(at: index)
      try form.write(to: folder["\(name).h5"], contents, for: model.configuration)
      let without = try WeightsSource.adapter(at: folder["\(name).h5"])
      #expect(throws: UserError.self) { try without.foldedAdapter() }
    }
  }

  @Test("options that Attune does not compute are refused by name")
  func options() throws {
    let model = try SampleModel.untied.make()
    let sample = try #require(SampleAdapter.all.first { $0.name == "lora" })
    let form = try sample.trained(on: model).result
    let text = form.configurationText(for: model.configuration, basePath: nil)
    for (name, value) in [
      ("fan_in_fan_out", "3"), ("lora_bias", "3"), ("layer_replication", "[[0,1]]"),
      ("init_lora_weights", #""pissa_niter_4""#), ("init_lora_weights", #""corda""#), ("bias", #""some""#),
      ("use_qalora", "true"), ("trainable_token_indices", "[-1]"), ("brand_new_option", "3"),
    ] {
      var configuration = text.replacing("\"\(name)\":false,", with: "").replacing(
        "\"\(name)\":true", with: "\"x\":null")
      configuration = configuration.replacing("\"\(name)\":\"none\",", with: "")
      configuration.removeLast()
      configuration += ",\"\(name)\":\(value)}"
      let path = folder["\(name)-\(UUID())"]
      try form.write(to: path, ModelContents(kind: .adapter, configuration: configuration))
      let error = #expect(throws: UserError.self) { try AdapterConfiguration(.adapter(at: path)) }
      #expect(error?.message.contains(name) ?? false, "\(name): \(error?.message ?? "")")
    }
  }

  @Test("a module that was trained whole is refused where the file lacks its tensors")
  func modules() throws {
    let model = try SampleModel.untied.make()
    let sample = try #require(SampleAdapter.all.first { $0.name == "lora" })
    let form = try sample.trained(on: model).result
    let text = form.configurationText(for: model.configuration, basePath: nil)
    #expect(text.contains(#""modules_to_save":null"#))
    let configuration = text.replacing(#""modules_to_save":null"#, with: #""modules_to_save":["norm","mlp"]"#)
    try form.write(to: folder["folder"], ModelContents(kind: .adapter, configuration: configuration))
    let source = try WeightsSource.adapter(at: folder["folder"])
    let error = #expect(throws: UserError.self) { try Adapter(source, on: model) { nil } }
    #expect(error?.message.contains("modules_to_save: the file lacks 11 tensors") ?? false)
  }

  @Test("an adapter names its base, also in a folder")
  func base() throws {
    let model = try SampleModel.untied.make()
    var contents = contents
    contents.provenance[ModelContents.baseDigest] = "one"
    let sample = try #require(SampleAdapter.all.first { $0.name == "lora" })
    for name in ["adapter.h5", "folder"] {
      try sample.trained(on: model).result.write(to: folder[name], contents, for: model.configuration)
      let source = try WeightsSource.adapter(at: folder[name])
      _ = try Adapter(source, on: model) { "one" }
      let error = #expect(throws: UserError.self) { try Adapter(source, on: model) { "two" } }
      #expect(error?.message.contains("made for another base") ?? false)
    }
  }

  @Test(
    "PEFT's own folders come back from an Attune file byte for byte",
    arguments: ["golden/lora_final", "golden/prefix_final", "assets/peft/opt125m-dpo-lora"].filter(SharedAssets.has))
  func foreignFolders(_ path: String) throws {
    var source = try WeightsSource.adapter(at: SharedAssets.url(path))
    for name in ["adapter.h5", "folder"] {
      let writer = try WeightsWriter(folder[name], source.contents(), tensors: source.tensors)
      try writer.copyAll(from: source)
      try writer.finish()
      source = try WeightsSource.adapter(at: folder[name])
    }
    for name in ["adapter_config.json", "adapter_model.safetensors"] {
      let original = try Data(contentsOf: SharedAssets.url("\(path)/\(name)"))
      #expect(try Data(contentsOf: folder["folder/\(name)"]) == original, "\(name)")
    }
  }

  private static let opt = "assets/peft/opt125m-dpo-lora"

  @Test(
    "a real adapter of another architecture can be read, and is not attached",
    .enabled(if: SharedAssets.has(opt), "the real adapter is not there"))
  func otherArchitecture() throws {
    let source = try WeightsSource.adapter(at: SharedAssets.url(Self.opt))
    #expect(try AdapterConfiguration(source).summary.contains("rank 16 on q_proj, v_proj, scale α / r = 2"))
    let error = #expect(throws: UserError.self) { try Adapter(source, on: SampleModel.untied.make()) { nil } }
    #expect(error?.message.contains("has no place in this llama model") ?? false, "\(error?.message ?? "")")
  }
}
