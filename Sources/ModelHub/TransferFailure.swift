/// A transfer that failed, but may succeed on another attempt.
struct TransferFailure: Error {
  /// The reason, for people.
  let reason: String
  /// How many seconds the server asks clients to wait.
  var retryAfter: Double?
}

/// How often to try a transfer, and how to wait between attempts.
package struct RetryPolicy: Sendable {
  /// How many failures in a row without any new byte end the fetch.
  let attempts: Int
  /// Waits for a number of seconds.
  let wait: @Sendable (Double) -> Void

  /// Creates a policy.
  package init(attempts: Int, wait: @escaping @Sendable (Double) -> Void) {
    self.attempts = attempts
    self.wait = wait
  }

  /// The seconds to wait: what the server asks for, otherwise 1, 2, 4, … after the first, second, third failure; at
  /// most a minute.
  func pause(after failures: Int, _ failure: TransferFailure) -> Double {
    min(60, failure.retryAfter ?? Double(1 << min(failures - 1, 6)))
  }
}
