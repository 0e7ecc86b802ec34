import Diagnostics
import Randomness

/// How many examples each source contributes to an epoch of the run, and which.
///
/// Each source passes through its examples in its own order, a new one on every pass, and continues in the next epoch
/// where it left off. How many examples it contributes to an epoch:
///
/// - `epochs: e`: e × its examples (rounded, at least one). Without weights and epochs every source contributes each of
///   its examples once.
/// - `weight: w`: the share w / Σw of an epoch that is as long as all sources together (largest remainders).
///
/// Weights and epochs can't be mixed. If some sources have a weight, the others have weight 1.
public struct Mixture: Sendable, Equatable {
  /// How many examples each source has.
  public let exampleCounts: [Int]
  /// How many examples each source contributes to an epoch.
  public let examplesPerEpoch: [Int]
  /// Whether orders are random.
  public let shuffles: Bool
  /// The seed that determines the orders.
  public let seed: UInt64

  /// Plans the sources' shares.
  ///
  /// - Parameter exampleCounts: how many examples each source has, in the sources' order; positive.
  /// - Throws: `UserError` of kind `recipe` for impossible weights and epochs.
  public init(sources: [DataSource], exampleCounts: [Int], shuffles: Bool = true, seed: UInt64) throws {
    precondition(sources.count == exampleCounts.count, "\(sources.count) sources, \(exampleCounts.count) counts")
    guard !sources.isEmpty, exampleCounts.allSatisfy({ $0 > 0 }) else {
      throw UserError.file("data.train: there are no examples to train on")
    }
    for source in sources {
      for (key, value) in [("weight", source.weight), ("epochs", source.epochs)] {
        if let value, !(value.isFinite && value > 0) {
          throw UserError.recipe("data.train: '\(key)' of '\(source.name)' must be a number above 0, found \(value)")
        }
      }
    }
    let weighted = sources.first { $0.weight != nil }
    if let weighted, let repeated = sources.first(where: { $0.epochs != nil }) {
      throw UserError.recipe(
        "data.train: '\(weighted.name)' has a weight and '\(repeated.name)' has epochs; give all sources one or the other"
      )
    }
    self.exampleCounts = exampleCounts
    self.shuffles = shuffles
    self.seed = seed
    self.examplesPerEpoch =
      weighted == nil
      ? try Self.repeated(sources, exampleCounts) : try Self.apportioned(sources, total: exampleCounts.reduce(0, +))
  }

  /// Plans the shares of a data set's sources.
  ///
  /// - Throws: `UserError` of kind `recipe` for impossible weights and epochs.
  public init<Element>(of data: DataSet<Element>, shuffles: Bool = true, seed: UInt64) throws {
    try self.init(
      sources: data.sources.map(\.source), exampleCounts: data.sources.map(\.examples.count), shuffles: shuffles,
      seed: seed)
  }

  /// The examples of an epoch, in the order in which the run sees them.
  ///
  /// - Parameter epoch: the epoch, counted from 0. The epoch and the seed alone determine the order.
  public func order(ofEpoch epoch: Int) -> [ExampleReference] {
    var order: [ExampleReference] = []
    order.reserveCapacity(examplesPerEpoch.reduce(0, +))
    for source in exampleCounts.indices {
      let (count, given) = (exampleCounts[source], examplesPerEpoch[source])
      // epoch · given as complete passes and a position in the next pass, without overflow.
      let (passesEach, rest) = given.quotientAndRemainder(dividingBy: count)
      let restTotal = rest.multipliedFullWidth(by: epoch)
      let (restPasses, start) = count.dividingFullWidth(restTotal)
      var pass = UInt64(truncatingIfNeeded: passesEach &* epoch &+ restPasses)
      var place = start
      var left = given
      while left > 0 {
        let indices = passOrder(source: source, pass: pass)[place..<min(count, place + left)]
        order += indices.map { ExampleReference(source: source, index: $0) }
        left -= indices.count
        place = 0
        pass &+= 1
      }
    }
    if shuffles {
      var stream = RandomStream(seed: seed, path: [0, UInt64(epoch)])
      stream.shuffle(&order)
    }
    return order
  }

  /// The order of a source's examples on a pass.
  func passOrder(source: Int, pass: UInt64) -> [Int] {
    guard shuffles else { return Array(0..<exampleCounts[source]) }
    var stream = RandomStream(seed: seed, path: [1, UInt64(source), pass])
    return stream.permutation(of: exampleCounts[source])
  }

  /// The largest number of examples per epoch: far more than anyone can train on, and small enough to rule out
  /// overflow.
  private static let epochLimit = 1 << 31

  private static func repeated(_ sources: [DataSource], _ counts: [Int]) throws -> [Int] {
    var total = 0.0
    return try zip(sources, counts).map { source, count in
      let given = ((source.epochs ?? 1) * Double(count)).rounded()
      total += given
      if total > Double(epochLimit) {
        throw UserError.recipe(
          "data.train: 'epochs' of '\(source.name)' makes an epoch of \(total) examples; the limit is \(epochLimit)")
      }
      return max(1, Int(given))
    }
  }

  private static func apportioned(_ sources: [DataSource], total: Int) throws -> [Int] {
    let weights = sources.map { $0.weight ?? 1 }
    // Dividing by the largest first keeps the sum finite.
    let largest = weights.max() ?? 1
    let sum = weights.reduce(0) { $0 + $1 / largest }
    let exact = weights.map { $0 / largest / sum * Double(total) }
    var given = exact.map { Int($0) }
    let byRemainder = exact.indices.sorted { first, second in
      let (one, other) = (exact[first] - exact[first].rounded(.down), exact[second] - exact[second].rounded(.down))
      return one == other ? first < second : one > other
    }
    for source in byRemainder.prefix(max(0, total - given.reduce(0, +))) { given[source] += 1 }
    for (source, count) in zip(sources, given) where count == 0 {
      throw UserError.recipe(
        "data.train: the weight of '\(source.name)' gives it none of the \(total) examples of an epoch; raise it or "
          + "leave the source out")
    }
    return given
  }
}
