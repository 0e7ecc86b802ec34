import Adapters
import Autodiff
import LanguageModels
import Testing

/// Prefix and prompt: learned rows in front of every sequence.
@Suite("Learned context")
struct LearnedContextTests {
  static let methods: [AdapterConfiguration] = [
    prefix(reparameterization: nil), prefix(reparameterization: 6), .prompt(.init(length: 5)),
  ]

  /// A model without a window, and one whose window is shorter than context and sequence together.
  static let windows: [Int?] = [nil, 4]

  private func attached(
    _ configuration: AdapterConfiguration, window: Int? = nil
  ) throws -> (model: LanguageModel, adapter: Adapter) {
    let model = try smallModel(window.map { ["model_type": "mistral", "sliding_window": .integer($0)] } ?? [:])
    let adapter = try Adapter(configuration, on: model, seed: 1)
    model.attachments = adapter.attachments
    return (model, adapter)
  }

  @Test("every packed sequence sees it as if it were alone", arguments: methods, windows)
  func packing(configuration: AdapterConfiguration, window: Int?) throws {
    let (model, adapter) = try attached(configuration, window: window)
    #expect(difference(model.logits(sequences), sequences.flatMap { model.logits([$0]) }) < 1e-5)
    let packed = model.step(sequences, adapter)
    let separate = sequences.map { model.step([$0], adapter) }
    #expect(abs(packed.loss - separate.reduce(0) { $0 + $1.loss }) < 1e-3)
    for (index, gradient) in packed.gradients.enumerated() {
      let sum = gradient.indices.map { element in separate.reduce(0) { $0 + $1.gradients[index][element] } }
      #expect(gradient.contains { $0 != 0 } && difference(gradient, sum) < 1e-4)
    }
  }

  @Test("with the cache the model computes what it computes without", arguments: methods, windows)
  func cache(configuration: AdapterConfiguration, window: Int?) throws {
    let (model, _) = try attached(configuration, window: window)
    let width = 32
    let cached = withoutGradients {
      // Two sequences side by side: a prompt of two tokens at once, then token by token.
      let cache = model.cache(sequences: 2, capacity: 12)
      let steps: [[(sequence: Int, tokens: [Int32])]] = [
        [(0, Array(sequences[0][..<2])), (1, Array(sequences[2][..<4]))],
        [(0, [sequences[0][2]]), (1, [sequences[2][4]])], [(1, [sequences[2][5]])], [(0, [sequences[0][3]])],
      ]
      var rows: [[Float]] = [[], []]
      for step in steps {
        let states = model.states(cache.layout(appending: step), cache: cache)
        let logits = model.logits(states, rows: Array(0..<states.shape[0])).array
        var start = 0
        for (sequence, tokens) in step {
          rows[sequence] += logits[start * width..<(start + tokens.count) * width]
          start += tokens.count
        }
      }
      return rows
    }
    #expect(difference(cached[0], model.logits([Array(sequences[0][..<4])])) < 1e-5)
    #expect(difference(cached[1], model.logits([Array(sequences[2][..<6])])) < 1e-5)
  }

  @Test("a prompt is rows of embeddings in front of each sequence: tokens' own are those tokens", arguments: [1, 3])
  func promptOfTokens(count: Int) throws {
    let model = try smallModel()
    var settings = PromptTuning(length: 5)
    settings.initialText = "three tokens, repeated and cut"
    let tokens: [Int32] = [4, 9, 21, 4, 9]
    let adapter = try Adapter(.prompt(settings), on: model, seed: 1) { _ in Array(tokens[..<3]) }
    let batch = Array(sequences[..<count])
    let expected = batch.flatMap { model.logits([tokens + $0]).dropFirst(5 * 32) }
    model.attachments = adapter.attachments
    #expect(difference(model.logits(batch), expected) < 1e-5)
  }

  @Test("a prefix computed by its network and folded gives the same logits")
  func folding() throws {
    let (model, adapter) = try attached(prefix(reparameterization: 6))
    let trained = model.logits(sequences)
    let result = adapter.result
    #expect(result.tensors.map(\.name) == ["prompt_embeddings"])
    let folded = try Adapter(result.configuration, reading: MemoryTensors(result), on: model)
    model.attachments = .none
    #expect(difference(model.logits(sequences), trained) > 1e-2)
    model.attachments = folded.attachments
    #expect(difference(model.logits(sequences), trained) < 1e-5)
  }
}
