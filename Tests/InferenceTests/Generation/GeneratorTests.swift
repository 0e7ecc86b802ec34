import Autodiff
import Inference
import LanguageModels
import Tensors
import Testing

@Suite("The generation loop")
struct GeneratorTests {
  private let prompt: [Int32] = [1, 5, 9, 3]
  private let prompts: [[Int32]] = [[1, 5, 9, 3], [7], [2, 2, 30]]

  @Test("with its cache the model writes what it writes without", arguments: DecoderFamily.all.map(\.modelType))
  func cache(family: String) throws {
    let model = try smallModel(["model_type": .string(family)])
    var ids = prompt
    for _ in 0..<20 {
      let logits = model.logits(after: ids)
      ids.append(Int32(try #require(logits.indices.max { logits[$0] < logits[$1] })))
    }
    #expect(prompt + model.generate([prompt], SamplingOptions(maximumNewTokens: 20))[0] == ids)
  }

  @Test("a window holds in the cache as without it, also for several prompts at once", arguments: [2, 3, 7])
  func windows(window: Int) throws {
    let model = try smallModel(["model_type": "mistral", "sliding_window": .integer(window)])
    let wide = try smallModel(["model_type": "mistral"])
    let expected = try prompts.map { prompt in
      var ids = prompt
      for _ in 0..<20 {
        let logits = model.logits(after: ids)
        ids.append(Int32(try #require(logits.indices.max { logits[$0] < logits[$1] })))
      }
      return Array(ids.dropFirst(prompt.count))
    }
    let options = SamplingOptions(maximumNewTokens: 20)
    #expect(model.generate(prompts, options) == expected)
    #expect(wide.generate(prompts, options) != expected)
  }

  @Test("a sequence ends before its stop token, and the others continue")
  func stops() throws {
    let model = try smallModel()
    let options = SamplingOptions(maximumNewTokens: 16)
    let endless = model.generate(requests(prompts, options))
    #expect(endless.allSatisfy { $0.tokens.count == 16 && $0.ending == .length && !$0.isComplete })
    let stop = endless[0].tokens[3]
    var reported: [[Int32]] = [[], [], []]
    let stopped = model.generate(
      requests(prompts, options, stop: StopRule([stop, 31])), shouldContinue: { true },
      onToken: { reported[$0].append($1) })
    for (whole, part) in zip(endless.map(\.tokens), stopped) {
      let end = whole.firstIndex { $0 == stop || $0 == 31 }
      #expect(part.tokens == Array(whole[..<(end ?? whole.count)]))
      #expect(part.ending == end.map { .stop(whole[$0]) } ?? .length)
      #expect(part.tokensWithEnd == Array(whole[...(end ?? whole.count - 1)]))
    }
    #expect(stopped[0].tokens.count <= 3 && stopped[0].isComplete)
    #expect(reported == stopped.map(\.tokens))
    #expect(model.generate(prompts, SamplingOptions(maximumNewTokens: 0)) == [[], [], []])
    #expect(model.generate([]).isEmpty)
  }

  @Test("each sequence has a length, a stop rule and a sampler of its own")
  func apart() throws {
    let model = try smallModel()
    let sampled = Sampler(SamplingOptions(temperature: 1, seed: 4))
    let alone = model.generate(prompts, SamplingOptions(maximumNewTokens: 16))
    let requests = [
      GenerationRequest(prompt: prompts[0], maximumNewTokens: 3, stop: .never),
      GenerationRequest(prompt: prompts[1], maximumNewTokens: 16, stop: StopRule([alone[1][5]])),
      GenerationRequest(prompt: prompts[2], maximumNewTokens: 16, stop: .never, sampler: sampled),
    ]
    let together = model.generate(requests)
    #expect(together[0].tokens == Array(alone[0].prefix(3)))
    #expect(together[1].tokens.count <= 5 && together[1].tokens == Array(alone[1].prefix(together[1].tokens.count)))
    #expect(together[2] == model.generate([requests[2]])[0])
    #expect(together[2].tokens != alone[2])
  }

  @Test("continues from a cache that holds the beginnings of the prompts")
  func continuing() throws {
    let model = try smallModel()
    let requests = requests(prompts, SamplingOptions(maximumNewTokens: 8))
    let cache = model.cache(sequences: 3, capacity: 20)
    withoutGradients {
      _ = model.states(cache.layout(appending: [(0, [1, 5, 9]), (2, [2])]), cache: cache)
    }
    let written = model.generate(requests, continuing: cache, shouldContinue: { true }, onToken: { _, _ in })
    #expect(written == model.generate(requests))
    // The last token of a sequence is not read.
    #expect(cache.lengths == [4 + 7, 1 + 7, 3 + 7])
  }

  @Test("ends where it should not continue, and by what a caller throws")
  func interruption() throws {
    struct Enough: Error {}
    let model = try smallModel()
    let requests = requests(prompts, SamplingOptions(maximumNewTokens: 16))
    let whole = model.generate(requests)
    var passes = 0
    let cut = model.generate(
      requests,
      shouldContinue: {
        passes += 1
        return passes <= 2
      }, onToken: { _, _ in })
    #expect(cut.map(\.tokens) == whole.map { Array($0.tokens.prefix(2)) })
    #expect(cut.allSatisfy { $0.ending == .interrupted })
    #expect(throws: Enough.self) {
      try model.generate(requests, shouldContinue: { true }, onToken: { _, _ in throw Enough() })
    }
  }

  /// Requests of different lengths, sampled, some with the same prompt.
  private func mixed(_ count: Int) -> [GenerationRequest] {
    (0..<count).map { index in
      GenerationRequest(
        prompt: prompts[index % 3] + (index % 5 == 0 ? Array(repeating: 4, count: 40) : []),
        maximumNewTokens: 1 + 7 * index % 12, stop: StopRule([31]),
        sampler: Sampler(SamplingOptions(temperature: 1, topP: 0.95, repetitionPenalty: 1.1, seed: 9), sequence: index))
    }
  }

  @Test("a waiting sequence takes the place of one that ends; the others change nothing", arguments: [1, 3, 32])
  func refilled(sequences: Int) throws {
    let configuration = try smallConfiguration()
    for precision in [ElementType.float32, .bfloat16] {
      let model = LanguageModel(randomly: configuration, seed: 6, precision: precision)
      let requests = mixed(40)
      let alone = requests.map { model.generate([$0])[0] }
      var generator = Generator(model, requests, limit: GenerationLimit(sequences: sequences))
      var ended: [Int] = []
      generator.run(
        shouldContinue: { true }, onToken: { _, _ in },
        onEnd: { index, written in
          ended.append(index)
          #expect(written == alone[index])
        })
      #expect(generator.sequences == alone && ended.sorted() == Array(0..<40))
      if sequences == 1 { #expect(ended == Array(0..<40)) }
    }
  }

  @Test("as many sequences are continued at once as the memory of the cache holds")
  func cacheMemory() throws {
    let model = try smallModel()
    let requests = mixed(20)
    let bytes = KeyValueCache.bytesPerToken(model.configuration, model.precision)
    let lengths = requests.map { $0.prompt.count + $0.maximumNewTokens }
    #expect(GenerationLimit(sequences: 4).cachedTokens(for: requests, model) == lengths.sorted().suffix(4).reduce(0, +))
    let limit = GenerationLimit(cacheBytes: 100 * bytes)
    #expect(limit.cachedTokens(for: requests, model) == 100)
    #expect(GenerationLimit(cacheBytes: 1).cachedTokens(for: requests, model) == lengths.max())
    var generator = Generator(model, requests, limit: limit)
    generator.run(shouldContinue: { true }, onToken: { _, _ in }, onEnd: { _, _ in })
    #expect(generator.sequences == model.generate(requests))
  }

  @Test("a sequence's logits have the same bits alone and beside others", arguments: [ElementType.float32, .bfloat16])
  func bits(precision: ElementType) throws {
    let model = LanguageModel(randomly: try smallConfiguration(), seed: 6, precision: precision)
    func logits(_ prompts: [[Int32]]) -> [Float] {
      withoutGradients {
        let cache = model.cache(sequences: prompts.count, capacity: 8)
        for (index, prompt) in prompts.enumerated() where prompt.count > 1 {
          _ = model.states(cache.layout(appending: [(index, Array(prompt.dropLast()))]), cache: cache)
        }
        let layout = cache.layout(appending: prompts.enumerated().map { ($0, [$1[$1.count - 1]]) })
        return model.logits(model.states(layout, cache: cache), rows: Array(prompts.indices)).array
      }
    }
    let together = logits(Array(repeating: prompts, count: 6).flatMap { $0 })
    #expect(together == Array(repeating: prompts.flatMap { logits([$0]) }, count: 6).flatMap { $0 })
  }

  @Test("advances step by step")
  func steps() throws {
    let model = try smallModel()
    let requests = requests(prompts, SamplingOptions(maximumNewTokens: 5))
    var generator = Generator(model, requests)
    var steps = 0
    while !generator.isFinished {
      generator.step(onToken: { _, _ in }, onEnd: { _, _ in })
      steps += 1
      #expect(generator.sequences.allSatisfy { $0.tokens.count == steps })
    }
    #expect(steps == 5 && generator.sequences == model.generate(requests))
  }

  @Test("a sequence ends where its next token would mean nothing")
  func notFinite() throws {
    let model = LanguageModel.spoilt(try smallConfiguration())
    let written = model.generate(requests(prompts, SamplingOptions(maximumNewTokens: 5)))
    #expect(written.allSatisfy { $0.tokens.isEmpty && $0.ending == .notFinite && !$0.isComplete })
  }
}
