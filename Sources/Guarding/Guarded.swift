import Foundation

/// A value that only one thread at a time can use.
///
/// This uses the system's lock rather than `Synchronization.Mutex`, which does the same: ThreadSanitizer knows the
/// system's lock, but reports a race for everything protected by a `Mutex`.
package final class Guarded<Value>: @unchecked Sendable {
  private var value: Value
  private let lock = NSLock()

  /// Guards a value.
  package init(_ value: sending Value) { self.value = value }

  /// Runs `body` with the value while no other thread can use it.
  package func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
    lock.lock()
    defer { lock.unlock() }
    return try body(&value)
  }
}
