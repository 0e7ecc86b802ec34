/// The lengths of examples, and the effect of a limit on them.
public struct ExampleLengths: Sendable {
  /// The effect of a limit.
  public struct Effect: Sendable, Equatable {
    /// The largest number of tokens of an example.
    public let limit: Int
    /// How many examples are longer.
    public let tooLong: Int
    /// How many examples are left out.
    public let dropped: Int
    /// How many examples are truncated.
    public let truncated: Int
    /// How many of the trained tokens remain.
    public let trainedTokens: Int
  }

  /// The number of examples in a range of lengths.
  public struct Bar: Sendable, Equatable {
    /// The lengths in tokens.
    public let lengths: Range<Int>
    /// How many examples have such a length.
    public let count: Int
  }

  /// The lengths in tokens, ascending.
  public let sorted: [Int]
  /// The number of all tokens.
  public let tokens: Int
  /// The number of trained tokens without a limit.
  public let trainedTokens: Int
  /// The effect of the limit in force.
  public let effect: Effect
  /// The effects of other limits under the same policy, ascending.
  public let others: [Effect]
  /// How many records are left out because none of their tokens is trained on.
  public let empty: Int

  /// Measures examples that are not truncated.
  public init(of examples: [Example], limit: Int, policy: LengthPolicy, empty: Int) {
    sorted = examples.map(\.tokens.count).sorted()
    tokens = sorted.reduce(0, +)
    trainedTokens = examples.reduce(0) { $0 + $1.trainedCount }
    effect = Effect(examples, limit: limit, policy)
    let longest = sorted.last ?? 0
    let powers = (6..<20).map { 1 << $0 }
    let enough = powers.first { $0 >= longest } ?? longest
    others = powers.filter { $0 <= enough && $0 != limit }.suffix(5).map { Effect(examples, limit: $0, policy) }
    self.empty = empty
  }

  /// The length that the given share of the examples does not exceed; 0 without examples.
  public func quantile(_ share: Double) -> Int {
    sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, max(0, Int((share * Double(sorted.count)).rounded(.up)) - 1))]
  }

  /// Counts examples by length, in ranges of equal, round width.
  ///
  /// - Parameter bars: the largest number of ranges.
  public func histogram(bars: Int) -> [Bar] {
    guard let longest = sorted.last, let shortest = sorted.first else { return [] }
    let widths = sequence(first: 1) { $0 * 2 }
    let width = widths.first { (longest / $0 - shortest / $0) < max(1, bars) } ?? longest
    var counts: [Int: Int] = [:]
    for length in sorted { counts[length / width, default: 0] += 1 }
    return (shortest / width...longest / width).map {
      Bar(lengths: $0 * width..<($0 + 1) * width, count: counts[$0] ?? 0)
    }
  }
}

extension ExampleLengths.Effect {
  /// The effect of a limit on examples under a policy.
  fileprivate init(_ examples: [Example], limit: Int, _ policy: LengthPolicy) {
    var (tooLong, dropped, truncated, trained) = (0, 0, 0, 0)
    for example in examples {
      if example.tokens.count <= limit || policy == .split {
        trained += example.trainedCount
        continue
      }
      tooLong += 1
      let kept = policy == .truncate ? example.truncated(to: limit).trainedCount : 0
      truncated += kept > 0 ? 1 : 0
      dropped += kept == 0 && policy != .error ? 1 : 0
      trained += kept
    }
    self.init(limit: limit, tooLong: tooLong, dropped: dropped, truncated: truncated, trainedTokens: trained)
  }
}
