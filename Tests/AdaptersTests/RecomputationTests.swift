import Adapters
import LanguageModels
import Testing

/// What `activation_checkpointing` computes again, with every method.
@Suite("Recomputation")
struct RecomputationTests {
  @Test(
    "gives the same loss and gradients", arguments: StartTests.neutral + LearnedContextTests.methods,
    [ActivationCheckpointing.selective, .full])
  func recomputation(configuration: AdapterConfiguration, checkpointing: ActivationCheckpointing) throws {
    let model = try smallModel()
    let adapter = try Adapter(configuration, on: model, seed: 1)
    adapter.stir()
    model.attachments = adapter.attachments
    let plain = model.step(sequences, adapter)
    model.checkpointing = checkpointing
    let again = model.step(sequences, adapter)
    #expect(again.loss == plain.loss)
    for (found, expected) in zip(again.gradients, plain.gradients) {
      #expect(difference(found, expected) < 1e-4 * max(1, expected.reduce(0) { max($0, abs($1)) }))
    }
  }
}
