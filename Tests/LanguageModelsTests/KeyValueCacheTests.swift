import Autodiff
import LanguageModels
import TestSupport
import Testing

@Suite("The rooms of a cache")
struct KeyValueCacheTests {
  private let model: LanguageModel

  init() throws {
    let configuration = try DecoderConfiguration(parsing: tinyConfiguration().compactText, place: "config.json")
    model = LanguageModel(randomly: configuration, seed: 1)
  }

  private func read(_ cache: KeyValueCache, _ sequence: Int, _ tokens: [Int32]) -> [Float] {
    withoutGradients {
      let states = model.states(cache.layout(appending: [(sequence, tokens)]), cache: cache)
      return model.logits(states, rows: [tokens.count - 1]).array
    }
  }

  @Test("are as long as asked for, and taken again when they are given back")
  func rooms() {
    let cache = model.emptyCache(capacity: 20)
    #expect(cache.open(capacity: 8) == 0)
    #expect(cache.open(capacity: 6) == 1)
    #expect(cache.open(capacity: 7) == nil)
    #expect(cache.open(capacity: 6) == 2)
    cache.close(1)
    #expect(cache.open(capacity: 7) == nil)
    #expect(cache.open(capacity: 6) == 1)
    cache.close(0)
    cache.close(1)
    #expect(cache.open(capacity: 14) == 0)
  }

  @Test("hold nothing of the sequence before")
  func reuse() {
    let cache = model.emptyCache(capacity: 6)
    _ = cache.open(capacity: 6)
    _ = read(cache, 0, [9, 8, 7, 6, 5])
    cache.close(0)
    #expect(cache.open(capacity: 6) == 0 && cache.lengths == [0])
    #expect(read(cache, 0, [1, 2, 3]) == read(model.cache(capacity: 3), 0, [1, 2, 3]))
  }

  @Test("can hold what was read for another sequence")
  func copies() {
    let cache = model.emptyCache(capacity: 20)
    _ = (cache.open(capacity: 3), cache.open(capacity: 7), cache.open(capacity: 9))
    _ = read(cache, 1, [4, 5, 6, 7])
    cache.copy(3, from: 1, to: 2)
    #expect(cache.lengths == [0, 4, 3])
    let alone = model.cache(capacity: 9)
    _ = read(alone, 0, [4, 5, 6, 7])
    alone.forget(sequence: 0, after: 3)
    #expect(read(cache, 2, [20]) == read(alone, 0, [20]))
  }
}
