/// What the micro-batches of an optimizer step add up to, beside their gradients; nothing is divided yet.
public struct StepSums: Sendable, Equatable {
  /// The sum of the losses.
  public var loss = 0.0
  /// What sums and gradients are divided by: trained tokens, pairs, or judged answers.
  public var count = 0
  /// What preferences report besides; nil for other objectives.
  public var preferences: PreferenceSums?

  /// Sums of some micro-batches; by default of none.
  public init(loss: Double = 0, count: Int = 0, preferences: PreferenceSums? = nil) {
    self.loss = loss
    self.count = count
    self.preferences = preferences
  }

  /// Adds a micro-batch.
  mutating func add(_ part: LossSum) {
    loss += Double(part.sum.scalar)
    count += part.count
    if let more = part.preferences { preferences = (preferences ?? PreferenceSums()) + more }
  }
}
