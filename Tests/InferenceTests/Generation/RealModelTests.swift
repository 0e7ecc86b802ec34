import Autodiff
import Checkpoints
import Foundation
import Inference
import LanguageModels
import StrictJSON
import Tensors
import TestSupport
import Testing
import Tokenization

/// A model with its tokenizer, and a prompt with what transformers made of it in float32.
private struct RealModel {
  let model: LanguageModel
  let tokenizer: Tokenizer
  let cases: [JSONValue]

  init(_ name: String, at url: URL, precision: ElementType = .float32, storage: WeightStorage = .asStored) throws {
    let folder = try ModelFolder(url)
    let configuration = try DecoderConfiguration(parsing: folder.configuration, place: folder.path)
    model = try LanguageModel(
      configuration, reading: folder, place: folder.path, precision: precision, storage: storage)
    tokenizer = try Tokenizer(contentsOf: url.appendingPathComponent("tokenizer.json"))
    cases = try #require(try SharedAssets.json("assets/models/\(name)/expected.json")["cases"]?.arrayValue)
  }

  /// Mean negative log-likelihood of all tokens but the first, in nats; and the logits after the last.
  func read(_ ids: [Int32]) -> (meanNLL: Double, lastLogits: [Float]) {
    withoutGradients {
      let states = model.states(SequenceLayout([ids]))
      let losses = model.losses(states, rows: Array(0..<ids.count - 1), targets: Array(ids.dropFirst())).losses
      let mean = losses.value.array.reduce(0) { $0 + Double($1) } / Double(ids.count - 1)
      return (mean, model.logits(states, rows: [ids.count - 1]).array)
    }
  }

  /// Checks everything that the reference says about one prompt.
  func check(_ expected: JSONValue) throws {
    let prompt = try #require(expected["prompt"]?.stringValue)
    let ids = tokenizer.encode(prompt)
    #expect(ids == expected["input_ids"]?.ids)

    let (meanNLL, logits) = read(ids)
    #expect(abs(meanNLL - (try #require(expected["mean_nll"]?.doubleValue))) < 1e-4)
    for (logit, reference) in zip(logits, try #require(expected["last_logits_first8"]?.numbers)) {
      #expect(abs(Double(logit) - reference) < 2e-3)
    }
    let largest = try #require(logits.max())
    #expect(logits.firstIndex(of: largest) == expected["last_argmax"]?.intValue)
    let logSum = Double(largest) + log(logits.reduce(0) { $0 + exp(Double($1 - largest)) })
    #expect(abs(logSum - (try #require(expected["last_logsumexp"]?.doubleValue))) < 2e-3)

    let whole = try #require(expected["greedy_ids"]?.ids)
    let stops = Set(model.configuration.endOfTextIDs)
    let written = model.generate([GenerationRequest(prompt: ids, maximumNewTokens: 32, stop: StopRule(stops))])[0]
      .tokens
    // What the reference wrote ends with the end-of-text token where it came to that.
    #expect(ids + written == (whole.last.map(stops.contains) == true ? whole.dropLast() : whole))
    #expect(tokenizer.decode(whole) == expected["greedy_text"]?.stringValue)
  }
}

@Suite("Real models give transformers' values")
struct RealModelTests {
  private static let smolLM2IsThere =
    SharedAssets.hasSmolLM2 && SharedAssets.has("assets/models/SmolLM2-135M-Instruct/expected.json")

  @Test(
    "small models trained by others", .enabled(if: SharedAssets.has("assets/models"), "the models are not there"),
    arguments: ["stories260K", "tinystories-656K"])
  func small(name: String) throws {
    let real = try RealModel(name, at: SharedAssets.url("assets/models/\(name)"))
    for expected in real.cases { try real.check(expected) }
  }

  @Test(
    "SmolLM2-135M-Instruct in float32 arithmetic, its weights in memory as bfloat16 or as float32",
    .enabled(if: smolLM2IsThere, "SmolLM2-135M-Instruct or its values are not there; get_smollm2.py makes the model"),
    arguments: [WeightStorage.asStored, .float32])
  func smolLM2(storage: WeightStorage) throws {
    let real = try RealModel("SmolLM2-135M-Instruct", at: SharedAssets.smolLM2, storage: storage)
    for expected in real.cases { try real.check(expected) }
  }

  @Test(
    "SmolLM2-135M-Instruct in bfloat16 arithmetic: the likelihood within 0.02, the same bits each time",
    .enabled(if: smolLM2IsThere, "SmolLM2-135M-Instruct or its values are not there; get_smollm2.py makes the model"))
  func smolLM2InBFloat16() throws {
    let real = try RealModel("SmolLM2-135M-Instruct", at: SharedAssets.smolLM2, precision: .bfloat16)
    for expected in real.cases {
      let ids = try #require(expected["input_ids"]?.ids)
      let (first, second) = (real.read(ids), real.read(ids))
      #expect(abs(first.meanNLL - (try #require(expected["mean_nll"]?.doubleValue))) < 0.02)
      #expect(first.meanNLL == second.meanNLL && first.lastLogits == second.lastLogits)
    }
  }
}
