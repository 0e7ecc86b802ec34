import Adapters
import Autodiff
import LanguageModels
import Tensors
import Testing

/// PiSSA (2404.02948): A and B start as the principal part of the weight, which is subtracted beside them.
@Suite("PiSSA")
struct PiSSATests {
  private static let settings = [
    lowRank { $0.initialization = .pissa },
    lowRank { ($0.initialization, $0.scaling) = (.pissa, .rankStabilized) },
  ]

  @Test("W - s B₀ A₀ is W without its r largest singular values", arguments: settings)
  func principalPart(settings: LoRA) throws {
    let model = try smallModel()
    let adapter = try Adapter(.lora(settings), on: model, seed: 1)
    let scale = settings.scale(rank: 4, alpha: 8)
    for (_, linear) in model.linears {
      func tensor(_ part: String) throws -> Variable {
        try #require(adapter.tensors.first { $0.name.hasSuffix("\(linear.name).\(part).weight") }).variable
      }
      let (a, b) = (try tensor("lora_A"), try tensor("lora_B"))
      #expect(try tensor("lora_A_start").value.array == a.value.array)
      let weight = linear.weight.variable
      let rest = withoutGradients { (weight - scale * matrixProduct(b, a)).value }
      let expected = SingularValues(of: weight.value, count: 8).values
      let found = SingularValues(of: rest, count: 4).values
      for (found, expected) in zip(found, expected.dropFirst(4)) {
        #expect(abs(found - expected) < 1e-4, "\(linear.name)")
      }
      // The reference for the product itself: as large as the part that is missing.
      let product = withoutGradients { (scale * matrixProduct(b, a)).value }
      for (found, expected) in zip(SingularValues(of: product, count: 4).values, expected) {
        #expect(abs(found - expected) < 1e-4, "\(linear.name)")
      }
    }
  }

  @Test("what others read is a LoRA of twice the rank that computes the same", arguments: settings)
  func folded(settings: LoRA) throws {
    let model = try smallModel()
    let adapter = try Adapter(.lora(settings), on: model, seed: 1)
    adapter.stir()
    model.attachments = adapter.attachments
    let trained = model.logits(sequences)
    let result = adapter.result
    #expect(result.tensors.allSatisfy { !$0.name.contains("start") })
    #expect(result.tensors.first?.value.shape == [8, 16])
    model.attachments = try Adapter(result.configuration, reading: MemoryTensors(result), on: model).attachments
    #expect(difference(model.logits(sequences), trained) < 1e-4)
  }
}
