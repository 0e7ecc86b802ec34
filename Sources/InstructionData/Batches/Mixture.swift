import Diagnostics
import Randomness

/// How many examples each source gives to an epoch of the run, and which.
///
/// A source goes through its examples in an order of its own, a new one on every pass, and goes on in the next epoch
/// where it left off. How many it gives to an epoch:
///
/// - `epochs: e` gives e × its examples (rounded, at least one). Without weights and epochs every source gives each of
///   its examples once.
/// - `weight: w` gives the share w / Σw of an epoch that is as long as all sources together (largest remainders).
///
/// Sources with weights and sources with epochs can't be mixed; where some have a weight, the others' is 1.
public struct Mixture: Sendable, Equatable {
  /// How many examples each source has.
  public let exampleCounts: [Int]
  /// How many each gives to an epoch.
  public let examplesPerEpoch: [Int]
  /// Whether orders are random.
  public let shuffles: Bool
  /// What the orders follow from.
  public let seed: UInt64

  /// Plans the sources' shares.
  ///
  /// - Parameter exampleCounts: how many examples each source has, in the sources' order; positive.
  /// - Throws: `UserError` of kind `recipe` for weights and epochs that can't be.
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
  /// - Throws: `UserError` of kind `recipe` for weights and epochs that can't be.
  public init<Element>(of data: DataSet<Element>, shuffles: Bool = true, seed: UInt64) throws {
    try self.init(
      sources: data.sources.map(\.source), exampleCounts: data.sources.map(\.examples.count), shuffles: shuffles,
      seed: seed)
  }

  /// The examples of an epoch in the order in which they are seen.
  ///
  /// - Parameter epoch: the epoch, counted from 0. The order follows from it and the seed alone.
  public func order(ofEpoch epoch: Int) -> [ExampleReference] {
    var order: [ExampleReference] = []
    order.reserveCapacity(examplesPerEpoch.reduce(0, +))
    for source in exampleCounts.indices {
      let (count, given) = (exampleCounts[source], examplesPerEpoch[source])
      // epoch · given, as passes and the place in the pass, without overflow.
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

  /// The order in which a source goes through its examples on a pass.
  func passOrder(source: Int, pass: UInt64) -> [Int] {
    guard shuffles else { return Array(0..<exampleCounts[source]) }
    var stream = RandomStream(seed: seed, path: [1, UInt64(source), pass])
    return stream.permutation(of: exampleCounts[source])
  }

  /// The most examples of an epoch: far beyond what can be trained on, and small enough that nothing overflows.
  private static let epochLimit = 1 << 31

  private static func repeated(_ sources: [DataSource], _ counts: [Int]) throws -> [Int] {
    var total = 0.0
    return try zip(sources, counts).map { source, count in
      let given = ((source.epochs ?? 1) * Double(count)).rounded()
      total += given
      if total > Double(epochLimit) {
        throw UserError.recipe(
          "data.train: 'epochs' of '\(source.name)' makes an epoch of \(total) examples; \(epochLimit) is the most")
      }
      return max(1, Int(given))
    }
  }

  private static func apportioned(_ sources: [DataSource], total: Int) throws -> [Int] {
    let weights = sources.map { $0.weight ?? 1 }
    // Divided by the largest first, so that the sum stays finite.
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
