/// A transfer that did not come to its end, and may if it is tried again.
struct TransferFailure: Error {
  /// What happened, for people.
  let reason: String
  /// How long the server wants to be left alone, in seconds.
  var pause: Double?
}

/// How often a transfer is tried, and how long is waited in between.
package struct RetryPolicy: Sendable {
  /// How often in a row it may fail without a byte more.
  let attempts: Int
  /// Waits for a number of seconds.
  let wait: @Sendable (Double) -> Void

  /// A policy.
  package init(attempts: Int, wait: @escaping @Sendable (Double) -> Void) {
    self.attempts = attempts
    self.wait = wait
  }

  /// 1, 2, 4, … seconds behind the first, second, third failure, or what the server asks for; a minute at most.
  func pause(behind failures: Int, _ failure: TransferFailure) -> Double {
    min(60, failure.pause ?? Double(1 << min(failures - 1, 6)))
  }
}
