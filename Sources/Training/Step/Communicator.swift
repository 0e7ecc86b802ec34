/// The processes that take an optimizer step together: this one alone.
public struct Communicator: Sendable {
  /// One process.
  public init() {}

  /// The sum of what every process has. One process has it all.
  public func sum(_ sums: StepSums) -> StepSums { sums }
}
