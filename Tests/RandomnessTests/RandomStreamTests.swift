import Randomness
import Testing

/// The stream that determines the order of records.
@Suite struct RandomStreamTests {
  @Test func itIsSplitMix64() {
    // The first outputs for the seed 1234567, as published with Vigna's splitmix64.c (Rosetta Code lists them).
    var stream = RandomStream(seed: 1_234_567, path: [])
    #expect(
      (0..<5).map { _ in stream.next() } == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423, 4_593_380_528_125_082_431,
        16_408_922_859_458_223_821,
      ])
  }

  @Test func pathsGiveDifferentStreams() {
    var first: Set<UInt64> = []
    for source in 0..<20 as Range<UInt64> {
      for pass in 0..<20 as Range<UInt64> {
        var stream = RandomStream(seed: 1, path: [source, pass])
        first.insert(stream.next())
      }
    }
    #expect(first.count == 400)
  }

  @Test func numbersBelowABoundAreEquallyLikely() {
    var stream = RandomStream(seed: 5, path: [])
    var counts = [0, 0, 0]
    for _ in 0..<30_000 { counts[stream.next(below: 3)] += 1 }
    #expect(counts.allSatisfy { abs($0 - 10_000) < 400 })
    #expect(stream.permutation(of: 100).sorted() == Array(0..<100))
  }
}
