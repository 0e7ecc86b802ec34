/// How far a run has come through its data.
///
/// Exact resumption needs nothing else: the seed and the epoch's number determine the order of an epoch.
public struct BatchCursor: Sendable, Equatable, Codable {
  /// The epoch, counted from 0.
  public var epoch: Int
  /// How many examples of the epoch the run has seen.
  public var position: Int
  /// The seed that determines the orders.
  public var seed: UInt64

  /// Creates a cursor, by default at the beginning.
  public init(epoch: Int = 0, position: Int = 0, seed: UInt64) {
    self.epoch = epoch
    self.position = position
    self.seed = seed
  }
}
