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

  /// Whether shares of 4000 samples are those of a distribution: within five standard deviations each, those of a token that
  /// is expected once where it is expected less often, since a single sample may fall on it.
  private func agree(_ shares: [Double], _ expected: [Double]) -> Bool {
    zip(shares, expected).allSatisfy { share, expected in
      let deviation = (max(expected, 1 / 4000) * (1 - expected) / 4000).squareRoot()
      return expected == 0 ? share == 0 : abs(share - expected) <= 5 * deviation
    }
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

  /// The candidates and their probabilities, by sorting all tokens, in float64.
  private func reference(_ logits: [Float], _ options: SamplingOptions) -> [Int: Double] {
    let largest = logits.max() ?? 0
    var kept = logits.indices.map { ($0, exp((Double(logits[$0]) - Double(largest)) / options.temperature)) }
    kept.sort { (logits[$1.0], $0.0) < (logits[$0.0], $1.0) }
    if let topK = options.topK { kept = Array(kept.prefix(topK)) }
    if let topP = options.topP {
      let target = topP * kept.reduce(0) { $0 + $1.1 }
      var held = 0.0
      kept = Array(
        kept.prefix { _, weight in
          defer { held += weight }
          return held < target
        })
    }
    if let minP = options.minP { kept = kept.filter { $0.1 >= minP } }
    let total = kept.reduce(0) { $0 + $1.1 }
    return Dictionary(uniqueKeysWithValues: kept.map { ($0.0, $0.1 / total) })
  }

  @Test("the tokens to sample from are those that sorting all of them finds", arguments: 0..<12)
  func candidates(seed: Int) throws {
    var stream = RandomStream(seed: UInt64(seed), purpose: "logits")
    let deviation = [0.01, 1, 4, 12][seed % 4]
    // Quarters are often equal.
    let logits = stream.normalTensor([1, 5000], deviation: deviation).map {
      deviation == 4 ? ($0 * 4).rounded() / 4 : $0
    }
    for (topK, topP, minP) in [
      (1, nil, nil), (40, nil, nil), (4999, nil, nil), (6000, nil, nil), (nil, 0.05, nil), (nil, 0.9, nil),
      (nil, 0.999, nil), (nil, nil, 0.05), (nil, nil, 1), (50, 0.8, nil), (50, nil, 0.1), (nil, 0.9, 0.2),
      (200, 0.95, 0.01),
    ] as [(Int?, Double?, Double?)] {
      for temperature in [0.3, 1, 1.7] {
        let options = SamplingOptions(temperature: temperature, topK: topK, topP: topP, minP: minP)
        let expected = reference(logits.array, options)
        let scaled = ScaledLogits(LogitRow(logits), temperature: temperature)
        guard let found = scaled.candidates(topK: topK, topP: topP, minP: minP) else {
          #expect(topK == 6000)
          continue
        }
        #expect(found.tokens == found.tokens.sorted())
        // Where a share ends within the rounding of float32 sums, one token more or less may be in.
        #expect(abs(found.tokens.count - expected.count) <= (topP == nil && minP == nil ? 0 : 1))
        let total = found.weights.reduce(0) { $0 + Double($1) }
        for (token, weight) in zip(found.tokens, found.weights) {
          guard let probability = expected[Int(token)] else { continue }
          #expect(abs(Double(weight) / total - probability) <= 1e-5 + 0.01 * probability)
        }
      }
    }
  }

  @Test("from a large vocabulary each token is sampled as often as it should be")
  func largeVocabulary() {
    var stream = RandomStream(seed: 1, purpose: "logits")
    let logits = stream.normalTensor([1, 3000], deviation: 2)
    let expected = reference(logits.array, SamplingOptions(temperature: 1.3))
    var sampler = Sampler(SamplingOptions(temperature: 1.3, seed: 4))
    var counts = [Int](repeating: 0, count: 3000)
    let samples = 60_000
    for _ in 0..<samples { counts[Int(sampler.choose(from: logits))] += 1 }
    // χ² over the tokens that are expected ten times or more, and all others together.
    var (statistic, degrees, others, otherCount) = (0.0, -1.0, 0.0, 0)
    for (token, probability) in expected {
      let mean = probability * Double(samples)
      if mean < 10 {
        others += mean
        otherCount += counts[token]
        continue
      }
      statistic += (Double(counts[token]) - mean) * (Double(counts[token]) - mean) / mean
      degrees += 1
    }
    statistic += (Double(otherCount) - others) * (Double(otherCount) - others) / others
    degrees += 1
    // Mean and variance of χ² are the degrees of freedom and twice that.
    #expect(degrees > 500 && abs(statistic - degrees) < 5 * (2 * degrees).squareRoot())
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
