import Randomness
import Testing

@Suite("Random streams")
struct RandomStreamTests {
  @Test("SplitMix64's published numbers for the state 1234567")
  func publishedNumbers() {
    // As published with Vigna's splitmix64.c (Rosetta Code lists them).
    let published: [UInt64] = [
      6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423, 4_593_380_528_125_082_431,
      16_408_922_859_458_223_821,
    ]
    var stream = RandomStream(seed: 0)
    stream.state = 1_234_567
    #expect((0..<5).map { _ in stream.next() } == published)
    var unpathed = RandomStream(seed: 1_234_567, path: [])
    #expect((0..<5).map { _ in unpathed.next() } == published)
  }

  @Test("A seed and a purpose always start the same stream: what is trained today is trained again tomorrow")
  func seeds() {
    func first(_ seed: UInt64, _ purpose: String) -> UInt64 {
      var stream = RandomStream(seed: seed, purpose: purpose)
      return stream.next()
    }
    #expect(first(42, "data") == 0x23F1_47DA_32D3_8C51)
    #expect(first(42, "") == 0x88F2_497A_AC4E_124B)
    #expect(first(0, "dropout") == 0xA1E0_15AC_6D7C_6659)
  }

  @Test("Paths give different streams")
  func paths() {
    var first: Set<UInt64> = []
    for source in 0..<20 as Range<UInt64> {
      for pass in 0..<20 as Range<UInt64> {
        var stream = RandomStream(seed: 1, path: [source, pass])
        first.insert(stream.next())
      }
    }
    #expect(first.count == 400)
  }

  @Test("The state alone continues the stream")
  func state() {
    var stream = RandomStream(seed: 3, purpose: "order")
    _ = (stream.next(), stream.next())
    var other = RandomStream(seed: 9)
    other.state = stream.state
    #expect(other == stream)
    #expect(other.next() == stream.next())
  }

  @Test("Uniform numbers are in [0, 1) and normal ones have the normal distribution's moments")
  func distributions() {
    var stream = RandomStream(seed: 42, purpose: "weights")
    #expect(abs(stream.uniform() - 0.7104296128878927) < 1e-15)
    #expect(abs(stream.normal() - 0.45242596181336786) < 1e-14)
    let count = 100_000.0
    let uniform = (0..<Int(count)).map { _ in stream.uniform() }
    #expect(uniform.allSatisfy { 0..<1 ~= $0 })
    // Five standard deviations of the mean.
    #expect(abs(uniform.reduce(0, +) / count - 0.5) < 5 * (1 / 12 / count).squareRoot())
    let normal = (0..<Int(count)).map { _ in stream.normal() }
    #expect(abs(normal.reduce(0, +) / count) < 5 / count.squareRoot())
    #expect(abs(normal.reduce(0) { $0 + $1 * $1 } / count - 1) < 5 * (2 / count).squareRoot())
  }

  @Test("Numbers below a bound are equally likely, and a permutation holds each number once")
  func order() {
    var stream = RandomStream(seed: 5, path: [])
    var counts = [0, 0, 0]
    for _ in 0..<30_000 { counts[stream.next(below: 3)] += 1 }
    #expect(counts.allSatisfy { abs($0 - 10_000) < 400 })
    #expect(stream.permutation(of: 100).sorted() == Array(0..<100))
  }
}
