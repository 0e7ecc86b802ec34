/// How far a run is through its data: all that exact resumption needs, since the order of an epoch follows from the
/// seed and the epoch's number.
public struct BatchCursor: Sendable, Equatable, Codable {
  /// The epoch, counted from 0.
  public var epoch: Int
  /// Examples of the epoch that have been seen.
  public var position: Int
  /// The seed that the orders follow from.
  public var seed: UInt64

  /// Names a place; the beginning, where nothing else is said.
  public init(epoch: Int = 0, position: Int = 0, seed: UInt64) {
    self.epoch = epoch
    self.position = position
    self.seed = seed
  }
}
