/// A repeatable stream of random numbers (``SplitMix64``), identified by a seed and a path of numbers.
package struct RandomStream: Sendable, Equatable {
  private var generator: SplitMix64

  /// Starts the stream for a seed and a path of numbers; different paths give unrelated streams.
  package init(seed: UInt64, path: [UInt64]) {
    generator = SplitMix64(state: seed)
    for part in path {
      var other = SplitMix64(state: part)
      generator.state = next() ^ other.next()
    }
  }

  /// The next 64 random bits.
  package mutating func next() -> UInt64 { generator.next() }

  /// A uniformly distributed number in `0 ..< bound`; `bound` must be positive.
  package mutating func next(below bound: Int) -> Int {
    let bound = UInt64(bound)
    // The lowest 2⁶⁴ mod bound values are rejected, so that the others divide evenly.
    let excess = (0 &- bound) % bound
    while true {
      let bits = next()
      if bits >= excess { return Int(bits % bound) }
    }
  }

  /// The numbers `0 ..< count` in random order (Fisher and Yates).
  package mutating func permutation(of count: Int) -> [Int] {
    var order = Array(0..<count)
    shuffle(&order)
    return order
  }

  /// Shuffles elements (Fisher and Yates).
  package mutating func shuffle<Element>(_ elements: inout [Element]) {
    for last in stride(from: elements.count - 1, to: 0, by: -1) { elements.swapAt(last, next(below: last + 1)) }
  }
}
