/// The processes that take an optimizer step together: this one alone.
public struct Communicator: Sendable {
  /// The place of this process among all of them, counted from 0.
  public let rank = 0
  /// The number of processes.
  public let count = 1

  /// One process.
  public init() {}

  /// The sum of what every process has. One process has it all.
  public func sum(_ sums: StepSums) -> StepSums { sums }
}
