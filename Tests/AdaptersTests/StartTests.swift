import Adapters
import LanguageModels
import Testing

/// An adapter before its first step, and after it has been taken away.
@Suite("The start")
struct StartTests {
  static let neutral: [AdapterConfiguration] = [
    .lora(lowRank()), .lora(lowRank { $0.initialization = .pissa }),
    .lora(lowRank { ($0.initialization, $0.scaling) = (.pissa, .rankStabilized) }),
    .lora(lowRank { $0.trainAlso = ["embed_tokens", "lm_head", "norm"] }), .dora(lowRank()), bottleneck(.houlsby),
    bottleneck(.pfeiffer), bottleneck(.parallel), .ia3(.init()), .biasNorm,
  ]

  @Test(
    "leaves the logits as they are, where the method says so; without it the model's bits are back", arguments: neutral)
  func unchanged(configuration: AdapterConfiguration) throws {
    let model = try smallModel()
    let base = model.logits(sequences)
    let adapter = try Adapter(configuration, on: model, seed: 1)
    model.attachments = adapter.attachments
    #expect(difference(model.logits(sequences), base) < 1e-5)
    adapter.stir()
    #expect(difference(model.logits(sequences), base) > 1e-2)
    model.attachments = .none
    #expect(model.logits(sequences) == base)
  }

  @Test("is decided by the seed, tensor by tensor")
  func seed() throws {
    let model = try smallModel()
    func values(_ seed: UInt64) throws -> [[Float]] {
      try Adapter(.lora(lowRank()), on: model, seed: seed).tensors.map(\.variable.value.array)
    }
    #expect(try values(1) == values(1))
    #expect(try values(1)[0] != values(2)[0])
    #expect(try values(1)[0] != values(1)[2])
  }
}
