/// How long examples are, and what a limit on their length does.
public struct ExampleLengths: Sendable {
  /// What a limit does.
  public struct Effect: Sendable, Equatable {
    /// The most tokens of an example.
    public let limit: Int
    /// Examples that are longer.
    public let tooLong: Int
    /// Examples that are left out.
    public let dropped: Int
    /// Examples that are cut.
    public let truncated: Int
    /// Tokens that are trained on, of all that could be.
    public let trainedTokens: Int
  }

  /// Examples of a range of lengths.
  public struct Bar: Sendable, Equatable {
    /// The lengths in tokens.
    public let lengths: Range<Int>
    /// How many examples have them.
    public let count: Int
  }

  /// The lengths in tokens, ascending.
  public let sorted: [Int]
  /// All tokens.
  public let tokens: Int
  /// Tokens that are trained on where nothing is cut.
  public let trainedTokens: Int
  /// What the limit in force does.
  public let effect: Effect
  /// What other limits would do under the same policy, ascending.
  public let others: [Effect]
  /// Records that were left out because nothing in them is trained on.
  public let empty: Int

  /// Measures examples of which none was cut.
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

  /// The length that a share of the examples does not exceed; 0 without examples.
  public func quantile(_ share: Double) -> Int {
    sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, max(0, Int((share * Double(sorted.count)).rounded(.up)) - 1))]
  }

  /// Examples counted by length, in ranges of one round width.
  ///
  /// - Parameter bars: the most ranges.
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
  /// What a limit does to examples under a policy.
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
