import Foundation

/// A value that one thread at a time may use.
///
/// The system's lock rather than `Synchronization.Mutex`, which does the same: ThreadSanitizer knows the system's lock
/// and takes all that is under a `Mutex` for a race.
package final class Guarded<Value>: @unchecked Sendable {
  private var value: Value
  private let lock = NSLock()

  /// Guards a value.
  package init(_ value: sending Value) { self.value = value }

  /// Runs `body` with the value while no other thread has it.
  package func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
    lock.lock()
    defer { lock.unlock() }
    return try body(&value)
  }
}
