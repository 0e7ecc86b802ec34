import Adapters
import Autodiff
import Checkpoints
import Foundation
import LanguageModels
import Tensors
import TestSupport
import Testing

@Suite("Adapters multiplied into weights")
struct MergingTests {
  /// The model that the merged weights make.
  private func merged(_ model: LanguageModel, _ adapter: Adapter) throws -> LanguageModel {
    let weights = MergedWeights(model, adapter)
    var values: [String: Tensor] = [:]
    weights.forEach { values[$0] = $1 }
    #expect(Set(values.keys) == Set(weights.shapes.map(\.name)))
    var configuration = model.configuration
    if weights.separatesEmbeddingAndHead { configuration.tiesEmbeddings = false }
    return try LanguageModel(configuration) { weight in
      let value = try #require(values[weight.name], "\(weight.name)")
      #expect(value.shape == weight.shape)
      return Variable(value)
    }
  }

  @Test("merged equals attached", arguments: SampleAdapter.merging, SampleModel.allCases)
  func mergedEqualsAttached(_ sample: SampleAdapter, _ kind: SampleModel) throws {
    let model = try kind.make()
    let bare = model.logits(of: SampleModel.tokens)
    let adapter = try sample.trained(on: model)
    model.attachments = adapter.attachments
    let attached = model.logits(of: SampleModel.tokens)
    #expect(largestDifference(attached, bare) > 1e-2, "the adapter changes nothing")
    #expect(largestDifference(attached, try merged(model, adapter).logits(of: SampleModel.tokens)) < 1e-4)
  }

  @Test("detaching gives the base's bits", arguments: SampleAdapter.all)
  func detaching(_ sample: SampleAdapter) throws {
    let model = try SampleModel.biased.make()
    let bare = model.logits(of: SampleModel.tokens).array
    model.attachments = try sample.trained(on: model).attachments
    #expect(model.logits(of: SampleModel.tokens).array != bare)
    model.attachments = .none
    #expect(model.logits(of: SampleModel.tokens).array == bare)
  }

  @Test(
    "at the start the logits are the base's",
    arguments: SampleAdapter.all.filter { !["prefix", "prompt"].contains($0.configuration.method) })
  func start(_ sample: SampleAdapter) throws {
    let model = try SampleModel.untied.make()
    let bare = model.logits(of: SampleModel.tokens)
    model.attachments = try sample.fresh(on: model).attachments
    #expect(largestDifference(model.logits(of: SampleModel.tokens), bare) < 1e-5)
  }

  @Test("an untouched embedding stays tied; one that is trained alone is parted from the head")
  func tying() throws {
    let model = try SampleModel.tied.make()
    func parts(_ modules: [String], alone: Bool = false) throws -> Bool {
      var settings = LoRA()
      settings.trainAlso = modules
      var form = try SampleAdapter(name: "", configuration: .lora(settings)).trained(on: model).result
      if alone { form.tensors.removeAll { $0.name.hasSuffix("lm_head.weight") } }
      let folder = try TemporaryFolder()
      try form.write(
        to: folder["a.h5"], ModelContents(kind: .adapter, configuration: ""), for: model.configuration)
      let adapter = try Adapter(.adapter(at: folder["a.h5"]), on: model) { nil }
      return MergedWeights(model, adapter).separatesEmbeddingAndHead
    }
    #expect(try !parts([]))
    #expect(try !parts(["norm"]))
    #expect(try !parts(["embed_tokens"]))
    #expect(try parts(["embed_tokens"], alone: true))
  }

  @Test("what cannot be merged says why", arguments: SampleAdapter.all)
  func reasons(_ sample: SampleAdapter) {
    let cannot = ["prefix", "prompt", "bottleneck"]
    #expect((sample.configuration.reasonAgainstMerging != nil) == cannot.contains(sample.configuration.method))
  }

  @Test("PEFT's merged weights within 1e-5", .enabled(if: Golden.isThere, "the reference values are not there"))
  func golden() throws {
    let model = try Golden.model(trainable: false)
    let adapter = try Adapter(.adapter(at: SharedAssets.url("golden/lora_final")), on: model) { nil }
    let expected = try SafetensorsFile(SharedAssets.url("golden/lora_merged.safetensors"))
    var compared = 0
    try MergedWeights(model, adapter).forEach { name, value in
      guard expected.description(of: name) != nil else { return }
      let values = Tensor(try expected.floats(name), value.shape)
      #expect(largestDifference(value, values) < 1e-5, "\(name)")
      compared += 1
    }
    #expect(compared == expected.tensors.count)
  }
}
