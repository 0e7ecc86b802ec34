import Foundation
import Inference
import LanguageModels
import Tensors
import Testing

@Suite("Sampling")
struct SamplerTests {
  private let prompt: [Int32] = [1, 5, 9, 3]

  /// The probabilities of the next token at a temperature.
  private func distribution(_ model: LanguageModel, temperature: Double = 1) -> [Double] {
    let weights = model.logits(after: prompt).map { exp(Double($0) / temperature) }
    return weights.map { $0 / weights.reduce(0, +) }
  }

  /// How often each token is sampled first, of many samples.
  private func shares(_ model: LanguageModel, _ options: SamplingOptions, samples: Int = 4000) -> [Double] {
    var (options, counts) = (options, [Double](repeating: 0, count: 32))
    options.maximumNewTokens = 1
    for written in model.generate(Array(repeating: prompt, count: samples), options) { counts[Int(written[0])] += 1 }
    return counts.map { $0 / Double(samples) }
  }

  /// Whether shares of 4000 samples are those of a distribution: within five standard deviations each.
  private func agree(_ shares: [Double], _ expected: [Double]) -> Bool {
    zip(shares, expected).allSatisfy { abs($0 - $1) <= 5 * ($1 * (1 - $1) / 4000).squareRoot() }
  }

  @Test("the same seed samples the same, another seed something else, and neighbours differ")
  func seeds() throws {
    let model = try smallModel()
    func write(_ seed: UInt64) -> [[Int32]] {
      let options = SamplingOptions(maximumNewTokens: 24, temperature: 1, topK: 20, topP: 0.95, seed: seed)
      return model.generate([prompt, prompt], options)
    }
    let first = write(1)
    #expect(write(1) == first)
    #expect(write(2) != first)
    #expect(first[0] != first[1])
  }

  @Test("tokens are sampled as the softmax of the logits by the temperature says", arguments: [0.5, 1, 2])
  func temperature(temperature: Double) throws {
    let model = try smallModel()
    let expected = distribution(model, temperature: temperature)
    #expect(agree(shares(model, SamplingOptions(temperature: temperature, seed: 11)), expected))
    // The test can tell temperatures apart.
    #expect(!agree(shares(model, SamplingOptions(temperature: 1.5 * temperature, seed: 11)), expected))
  }

  @Test("top-k samples from the k most likely tokens, in their proportions")
  func topK() throws {
    let model = try smallModel()
    let whole = distribution(model)
    let best = whole.indices.sorted { whole[$0] > whole[$1] }.prefix(3)
    let held = best.reduce(0) { $0 + whole[$1] }
    let expected = whole.indices.map { best.contains($0) ? whole[$0] / held : 0 }
    #expect(agree(shares(model, SamplingOptions(temperature: 1, topK: 3, seed: 3)), expected))
    let greedy = model.generate([prompt], SamplingOptions(maximumNewTokens: 9))
    let one = SamplingOptions(maximumNewTokens: 9, temperature: 3, topK: 1, seed: 3)
    #expect(model.generate([prompt], one) == greedy)
  }

  @Test("top-p samples from the fewest tokens that hold the share, in their proportions")
  func topP() throws {
    let model = try smallModel()
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

  @Test("min-p samples from tokens that are likely enough beside the most likely one")
  func minP() throws {
    let model = try smallModel()
    let whole = distribution(model)
    let likely = whole.indices.filter { whole[$0] >= 0.2 * (whole.max() ?? 0) }
    #expect(1 < likely.count && likely.count < 31)
    let held = likely.reduce(0) { $0 + whole[$1] }
    let expected = whole.indices.map { likely.contains($0) ? whole[$0] / held : 0 }
    #expect(agree(shares(model, SamplingOptions(temperature: 1, minP: 0.2, seed: 5)), expected))
    #expect(agree(shares(model, SamplingOptions(temperature: 1, minP: 0, seed: 5)), whole))
  }

  @Test("a repetition penalty divides positive logits of tokens that have occurred, and multiplies negative ones")
  func repetitionPenalty() {
    var sampler = Sampler(SamplingOptions(repetitionPenalty: 2))
    sampler.note([1, 3])
    #expect(sampler.choose(from: Tensor([1, 3, 1.6, 0], [1, 4])) == 2)
    #expect(sampler.choose(from: Tensor([-5, -3, -7, -3], [1, 4])) == 0)
    sampler.note([2])
    #expect(sampler.choose(from: Tensor([1, 3, 1.6, 0], [1, 4])) == 1)
  }

  @Test("a penalized model repeats itself less; a penalty of 1 changes nothing")
  func penalizedText() throws {
    let model = try smallModel()
    let plain = model.generate([prompt], SamplingOptions(maximumNewTokens: 24))
    #expect(model.generate([prompt], SamplingOptions(maximumNewTokens: 24, repetitionPenalty: 1)) == plain)
    let penalized = model.generate([prompt], SamplingOptions(maximumNewTokens: 24, repetitionPenalty: 5))[0]
    #expect(Set(penalized).count > Set(plain[0]).count)
  }

  @Test("the cut after the most likely tokens is where sorting puts it", arguments: 0..<8)
  func cut(seed: Int) {
    var stream = RandomStream(seed: UInt64(seed), purpose: "cut")
    // A few values only, so that many tokens are equally likely; and zeros.
    let values = (0..<500).map { _ in Float(max(0, (stream.uniform() * 40).rounded() - 2)) / 4000 }
    let order = values.indices.sorted { (values[$1], $0) < (values[$0], $1) }
    for count in [1, 2, 7, 100, 499, 500, 600] {
      let cut = LikelihoodCut(of: values, holding: Double(count)) { _ in 1 }
      #expect(cut.candidates(of: values).map(\.token) == order.prefix(count).sorted())
    }
    for share in [0.01, 0.3, 0.9, 0.999] {
      let target = share * values.reduce(0) { $0 + Double($1) }
      var held = 0.0
      let nucleus = order.prefix { token in
        defer { held += Double(values[token]) }
        return held < target
      }
      let cut = LikelihoodCut(of: values, holding: target, measure: Double.init)
      #expect(cut.candidates(of: values).map(\.token) == nucleus.sorted())
    }
  }

  @Test("logits far apart, and low temperatures, stay finite")
  func extremes() {
    var sampler = Sampler(SamplingOptions(temperature: 1e-30, topK: 2, topP: 0.5, minP: 0.1))
    #expect(sampler.choose(from: Tensor([-1e30, 1e30, 9e29, 0], [1, 4])) == 1)
    var whole = Sampler(SamplingOptions(temperature: 1e-3))
    #expect(whole.choose(from: Tensor([0, 1, 2, -3e38], [1, 4])) == 2)
  }

  @Test("of equally likely tokens the greedy one has the smallest id")
  func ties() {
    var sampler = Sampler.greedy
    #expect(sampler.choose(from: Tensor([1, 3, 3, 2], [1, 4])) == 1)
    #expect(sampler.choose(from: Tensor([0, 0, 0, 0], [1, 4])) == 0)
  }
}
