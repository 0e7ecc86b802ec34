import Inference
import TestSupport
import Testing

/// A tiny Llama against transformers and torch in float32 (`golden.py` beside the reference values made them).
@Suite(
  "A tiny Llama writes what PyTorch's writes",
  .enabled(if: SharedAssets.has("golden"), "the reference values are not there"))
struct GoldenGenerationTests {
  @Test("the greedy continuation is the same")
  func greedy() throws {
    let golden = try SharedAssets.json("golden/gradients.json")
    let prompt = try #require(golden["greedy_prompt"]?.ids)
    let written = try Golden.model(trainable: false).generate([
      GenerationRequest(prompt: prompt, maximumNewTokens: 24, stop: .never)
    ])
    #expect(written[0].tokens == golden["greedy_next_24"]?.ids)
  }

  @Test("several sequences at once are written as each alone")
  func batched() throws {
    let model = try Golden.model(trainable: false)
    let prompts = try GoldenBatches("sft").rows(0).map { Array($0.tokens.prefix(9)) } + [[1], [1, 5, 7]]
    let requests = prompts.map { GenerationRequest(prompt: $0, maximumNewTokens: 12, stop: .never) }
    for (request, written) in zip(requests, model.generate(requests)) {
      #expect(model.generate([request])[0] == written)
    }
  }
}
