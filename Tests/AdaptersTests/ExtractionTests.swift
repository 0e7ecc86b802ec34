import Adapters
import Autodiff
import Checkpoints
import Foundation
import LanguageModels
import Tensors
import TestSupport
import Testing

@Suite("A fine-tuned model's difference as a LoRA")
struct ExtractionTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A base, and the base with a LoRA of rank 4 and changed modules merged in, as folders.
  private func models(_ kind: SampleModel, alsoTrained: [String]) throws -> (base: LanguageModel, tuned: LanguageModel)
  {
    let base = try kind.make()
    var settings = LoRA()
    (settings.rank, settings.targets, settings.trainAlso) = (4, .all, alsoTrained)
    let adapter = try SampleAdapter(name: "", configuration: .lora(settings)).trained(on: base)
    var values: [String: Tensor] = [:]
    MergedWeights(base, adapter).forEach { values[$0] = $1 }
    let tuned = LanguageModel(base.configuration) { Variable(values[$0.name] ?? .zeros($0.shape)) }
    try kind.write(base, to: folder["base"])
    try kind.write(tuned, to: folder["tuned"])
    return (base, tuned)
  }

  private func extract(
    _ model: LanguageModel, rank: Int, trainAlso: [String] = [], targets: AdapterTargets = .all
  ) throws -> Extraction {
    var settings = LoRA()
    (settings.rank, settings.targets, settings.trainAlso) = (rank, targets, trainAlso)
    return try Extraction(
      settings, of: ModelFolder(folder["tuned"]), from: ModelFolder(folder["base"]), for: model.configuration)
  }

  @Test("a difference of rank 4 is kept whole by rank 4 and in part by rank 2", arguments: SampleModel.allCases)
  func rank(_ kind: SampleModel) throws {
    let (base, tuned) = try models(kind, alsoTrained: [])
    let whole = try extract(base, rank: 4)
    #expect(whole.layers.count == 14)
    #expect(whole.layers.allSatisfy { $0.kept > 0.9999 * $0.difference && $0.difference > 0 })
    #expect(whole.others.isEmpty)
    let adapter = folder["adapter.h5"]
    try whole.form.write(to: adapter, ModelContents(kind: .adapter, configuration: ""), for: base.configuration)
    base.attachments = try Adapter(.adapter(at: adapter), on: base) { nil }.attachments
    #expect(largestDifference(base.logits(of: SampleModel.tokens), tuned.logits(of: SampleModel.tokens)) < 1e-3)

    let part = try extract(base, rank: 2)
    #expect(part.layers.allSatisfy { (0.3..<0.99).contains($0.kept / $0.difference) })
  }

  @Test("what is not linear is reported, and kept where it is stored in full", arguments: [SampleModel.untied, .tied])
  func others(_ kind: SampleModel) throws {
    let (base, tuned) = try models(kind, alsoTrained: ["embed_tokens", "norm"])
    let without = try extract(base, rank: 4)
    #expect(without.others.map(\.name) == ["model.embed_tokens.weight", "model.norm.weight"])
    #expect(without.others.allSatisfy { $0.kept == 0 })
    let with = try extract(base, rank: 4, trainAlso: ["embed_tokens", "norm"])
    #expect(with.others.allSatisfy { $0.kept == $0.difference })
    let adapter = folder["adapter.h5"]
    try with.form.write(to: adapter, ModelContents(kind: .adapter, configuration: ""), for: base.configuration)
    base.attachments = try Adapter(.adapter(at: adapter), on: base) { nil }.attachments
    #expect(largestDifference(base.logits(of: SampleModel.tokens), tuned.logits(of: SampleModel.tokens)) < 1e-3)
  }

  @Test("layers that are not targeted are lost, and settings that do not fit are refused")
  func targets() throws {
    let (base, _) = try models(.untied, alsoTrained: [])
    let part = try extract(base, rank: 4, targets: .names(["q_proj"]))
    #expect(part.layers.count == 2)
    #expect(part.others.count == 12)
    #expect(throws: AdapterProblem.self) { try extract(base, rank: 33) }
    #expect(throws: AdapterProblem.self) { try extract(base, rank: 4, targets: .names(["w_proj"])) }
    #expect(throws: AdapterProblem.self) { try extract(base, rank: 4, trainAlso: ["head"]) }
  }
}
