import InstructionData
import Testing

/// How sources share an epoch.
@Suite struct MixtureTests {
  private func mixture(
    _ sources: [(count: Int, weight: Double?, epochs: Double?)], shuffles: Bool = true, seed: UInt64 = 1
  ) throws -> Mixture {
    try Mixture(
      sources: sources.enumerated().map {
        DataSource(path: "\($0.offset).jsonl", weight: $0.element.weight, epochs: $0.element.epochs)
      }, exampleCounts: sources.map(\.count), shuffles: shuffles, seed: seed)
  }

  /// How often each example of a source is seen in some epochs.
  private func seen(_ mixture: Mixture, source: Int, epochs: Range<Int>) -> [Int] {
    var times = [Int](repeating: 0, count: mixture.exampleCounts[source])
    for epoch in epochs {
      for example in mixture.order(ofEpoch: epoch) where example.source == source { times[example.index] += 1 }
    }
    return times
  }

  @Test func anUnmixedEpochHoldsEveryExampleOnce() throws {
    let mixture = try mixture([(5, nil, nil), (3, nil, nil)])
    let all =
      (0..<5).map { ExampleReference(source: 0, index: $0) } + (0..<3).map { ExampleReference(source: 1, index: $0) }
    for epoch in 0..<4 { #expect(mixture.order(ofEpoch: epoch).sorted() == all) }
    #expect(mixture.order(ofEpoch: 0) != mixture.order(ofEpoch: 1))
  }

  @Test func withoutShufflingTheOrderIsTheFiles() throws {
    let order = try mixture([(2, nil, nil), (2, nil, 1.5)], shuffles: false).order(ofEpoch: 0)
    #expect(order.map { [$0.source, $0.index] } == [[0, 0], [0, 1], [1, 0], [1, 1], [1, 0]])
  }

  @Test func epochsRepeatASourceAndContinueWhereItLeftOff() throws {
    let mixture = try mixture([(4, nil, 2), (6, nil, 0.5), (3, nil, nil)])
    #expect(mixture.examplesPerEpoch == [8, 3, 3])
    #expect(seen(mixture, source: 0, epochs: 0..<1) == [2, 2, 2, 2])
    #expect(seen(mixture, source: 1, epochs: 0..<1).max() == 1)
    #expect(seen(mixture, source: 1, epochs: 0..<2) == [1, 1, 1, 1, 1, 1])
    #expect(seen(mixture, source: 1, epochs: 4..<6) == [1, 1, 1, 1, 1, 1])
  }

  @Test func weightsShareAnEpochAsLongAsAllSources() throws {
    let mixture = try mixture([(90, 1, nil), (10, 3, nil)])
    #expect(mixture.examplesPerEpoch == [25, 75])
    #expect(seen(mixture, source: 1, epochs: 0..<2) == Array(repeating: 15, count: 10))
    #expect(seen(mixture, source: 0, epochs: 0..<3).max() == 1)
  }

  @Test func weightsAreRoundedToALargestRemainder() throws {
    #expect(try mixture([(3, 1, nil), (3, 1, nil), (4, 1, nil)]).examplesPerEpoch == [4, 3, 3])
    #expect(try mixture([(5, 2, nil), (5, nil, nil)]).examplesPerEpoch == [7, 3])
    #expect(try mixture([(5, 1e308, nil), (5, 1e308, nil)]).examplesPerEpoch == [5, 5])
  }

  @Test func theOrderFollowsFromSeedAndEpoch() throws {
    let sources: [(Int, Double?, Double?)] = [(50, 1, nil), (20, 1, nil)]
    #expect(try mixture(sources).order(ofEpoch: 7) == mixture(sources).order(ofEpoch: 7))
    #expect(try mixture(sources).order(ofEpoch: 7) != mixture(sources, seed: 2).order(ofEpoch: 7))
  }

  @Test func theOrderIsTheSameOnEveryPlatform() throws {
    let order = try mixture([(8, nil, nil)], seed: 42).order(ofEpoch: 0).map(\.index)
    // SplitMix64 and Fisher–Yates as RandomStream documents them, computed by another program.
    #expect(order == [5, 6, 7, 3, 4, 1, 2, 0])
  }

  @Test func impossibleShares() {
    #expect(
      message { _ = try mixture([(5, 1, nil), (5, nil, 2)]) }
        == "data.train: '0' has a weight and '1' has epochs; give all sources one or the other")
    #expect(
      message { _ = try mixture([(5, 0, nil)]) } == "data.train: 'weight' of '0' must be a number above 0, found 0.0")
    #expect(
      message { _ = try mixture([(5, nil, .nan)]) } == "data.train: 'epochs' of '0' must be a number above 0, found nan"
    )
    #expect(
      message { _ = try mixture([(5, 1, nil), (5, 0.001, nil)]) }
        == "data.train: the weight of '1' gives it none of the 10 examples of an epoch; raise it or leave the source out"
    )
    #expect(
      message { _ = try mixture([(5, nil, 1e300)]) }?.hasPrefix("data.train: 'epochs' of '0' makes an epoch of") == true
    )
    #expect(message { _ = try mixture([]) } == "data.train: there are no examples to train on")
  }
}
