import Adapters
import LanguageModels
import Testing

@Suite("Dropout of an adapter's input")
struct DropoutTests {
  private static let dropping = lowRank { $0.dropout = 0.5 }
  static let methods: [AdapterConfiguration] = [.lora(dropping), .dora(dropping)]

  private func model(
    _ configuration: AdapterConfiguration
  ) throws -> (model: LanguageModel, adapter: Adapter) {
    let model = try smallModel()
    let adapter = try Adapter(configuration, on: model, seed: 1)
    adapter.stir()
    model.attachments = adapter.attachments
    return (model, adapter)
  }

  @Test("is off where nothing is trained")
  func evaluation() throws {
    #expect(try model(.lora(Self.dropping)).model.logits(sequences) == model(.lora(lowRank())).model.logits(sequences))
  }

  @Test("differs from step to step, and is the same for the same step", arguments: methods)
  func steps(configuration: AdapterConfiguration) throws {
    let (model, adapter) = try model(configuration)
    func loss(_ seed: UInt64) -> Float {
      model.dropoutSeed = seed
      return model.step(sequences, adapter).loss
    }
    #expect(loss(1) == loss(1))
    #expect(loss(1) != loss(2))
    #expect(try loss(1) != self.model(.lora(lowRank())).model.loss(sequences).scalar)
  }

  @Test(
    "is the same again where layers are recomputed", arguments: methods, ActivationCheckpointing.allCases)
  func recomputation(configuration: AdapterConfiguration, checkpointing: ActivationCheckpointing) throws {
    let (model, adapter) = try model(configuration)
    model.dropoutSeed = 7
    let plain = model.step(sequences, adapter)
    model.checkpointing = checkpointing
    let again = model.step(sequences, adapter)
    #expect(again.loss == plain.loss)
    for (found, expected) in zip(again.gradients, plain.gradients) { #expect(difference(found, expected) < 1e-5) }
  }
}
