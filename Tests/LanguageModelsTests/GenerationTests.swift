import Autodiff
import Foundation
import LanguageModels
import Testing

@Suite("Generation")
struct GenerationTests {
  private let prompt: [Int32] = [1, 5, 9, 3]

  private func model(_ family: String = "llama") throws -> LanguageModel {
    LanguageModel(randomly: try tiny(["model_type": .string(family), "initializer_range": 0.5]), seed: 6)
  }

  /// The logits behind some tokens, read at once.
  private func logits(_ model: LanguageModel, behind ids: [Int32]) -> [Float] {
    withoutGradients { model.logits(model.states(SequenceLayout([ids])), rows: [ids.count - 1]).array }
  }

  /// The probabilities of the next token at a temperature.
  private func distribution(_ model: LanguageModel, temperature: Double = 1) -> [Double] {
    let weights = logits(model, behind: prompt).map { exp(Double($0) / temperature) }
    return weights.map { $0 / weights.reduce(0, +) }
  }

  /// How often each token is drawn first, of many draws.
  private func shares(_ model: LanguageModel, _ options: SamplingOptions, draws: Int = 4000) -> [Double] {
    var (options, counts) = (options, [Double](repeating: 0, count: 32))
    options.maximumNewTokens = 1
    for written in model.generate(Array(repeating: prompt, count: draws), options: options, stops: []) {
      counts[Int(written[0])] += 1
    }
    return counts.map { $0 / Double(draws) }
  }

  /// Whether shares of 4000 draws are those of a distribution: within five standard deviations each.
  private func agree(_ shares: [Double], _ expected: [Double]) -> Bool {
    zip(shares, expected).allSatisfy { abs($0 - $1) <= 5 * ($1 * (1 - $1) / 4000).squareRoot() }
  }

  @Test("with its cache the model writes what it writes without", arguments: modelTypes)
  func cache(family: String) throws {
    let model = try model(family)
    var ids = prompt
    for _ in 0..<20 {
      let logits = logits(model, behind: ids)
      ids.append(Int32(try #require(logits.indices.max { logits[$0] < logits[$1] })))
    }
    let written = model.generate([prompt], options: SamplingOptions(maximumNewTokens: 20), stops: [])
    #expect(prompt + written[0] == ids)
  }

  @Test("a sequence ends before its stop token, and the others go on")
  func stops() throws {
    let model = try model()
    let options = SamplingOptions(maximumNewTokens: 16)
    let prompts = [prompt, [7], [2, 2, 30]]
    let endless = model.generate(prompts, options: options, stops: [])
    #expect(endless.allSatisfy { $0.count == 16 })
    let stop = endless[0][3]
    var told: [[Int32]] = [[], [], []]
    let stopped = model.generate(prompts, options: options, stops: [stop, 31]) { told[$0].append($1) }
    for (whole, part) in zip(endless, stopped) {
      let end = whole.firstIndex { $0 == stop || $0 == 31 } ?? whole.count
      #expect(part == Array(whole[..<end]))
    }
    #expect(stopped[0].count <= 3)
    #expect(told == stopped)
    #expect(model.generate(prompts, options: SamplingOptions(maximumNewTokens: 0), stops: []) == [[], [], []])
  }

  @Test("the same seed draws the same, another seed something else, and neighbours differ")
  func seeds() throws {
    let model = try model()
    func write(_ seed: UInt64) -> [[Int32]] {
      let options = SamplingOptions(maximumNewTokens: 24, temperature: 1, topK: 20, topP: 0.95, seed: seed)
      return model.generate([prompt, prompt], options: options, stops: [])
    }
    let first = write(1)
    #expect(write(1) == first)
    #expect(write(2) != first)
    #expect(first[0] != first[1])
  }

  @Test("tokens are drawn as the softmax of the logits by the temperature says", arguments: [0.5, 1, 2])
  func temperature(temperature: Double) throws {
    let model = try model()
    let expected = distribution(model, temperature: temperature)
    #expect(agree(shares(model, SamplingOptions(temperature: temperature, seed: 11)), expected))
    // The test can tell temperatures apart.
    #expect(!agree(shares(model, SamplingOptions(temperature: 1.5 * temperature, seed: 11)), expected))
  }

  @Test("top-k draws from the k most likely tokens, in their proportions")
  func topK() throws {
    let model = try model()
    let whole = distribution(model)
    let best = whole.indices.sorted { whole[$0] > whole[$1] }.prefix(3)
    let held = best.reduce(0) { $0 + whole[$1] }
    let expected = whole.indices.map { best.contains($0) ? whole[$0] / held : 0 }
    #expect(agree(shares(model, SamplingOptions(temperature: 1, topK: 3, seed: 3)), expected))
    let greedy = model.generate([prompt], options: SamplingOptions(maximumNewTokens: 9), stops: [])
    let one = SamplingOptions(maximumNewTokens: 9, temperature: 3, topK: 1, seed: 3)
    #expect(model.generate([prompt], options: one, stops: []) == greedy)
  }

  @Test("top-p draws from the fewest tokens that hold the share, in their proportions")
  func topP() throws {
    let model = try model()
    let whole = distribution(model)
    let order = whole.indices.sorted { whole[$0] > whole[$1] }
    var (nucleus, held) = ([Int](), 0.0)
    for token in order where held < 0.6 {
      nucleus.append(token)
      held += whole[token]
    }
    #expect(1 < nucleus.count && nucleus.count < 31)
    let expected = whole.indices.map { nucleus.contains($0) ? whole[$0] / held : 0 }
    #expect(agree(shares(model, SamplingOptions(temperature: 1, topP: 0.6, seed: 8)), expected))
    #expect(agree(shares(model, SamplingOptions(temperature: 1, topP: 1, seed: 8)), whole))
  }
}
