import Foundation

/// What one call of `encode` works in; between calls it waits in an ``EncodingStatePool``.
struct EncodingState: Sendable {
  var cache = WordCache()
  var buffer = MergeBuffer()
}

/// States for as many threads as encode at once: each call takes one and gives it back, so threads share nothing while
/// they work, and a word that one call met is known to the next.
///
/// The system's lock, since ThreadSanitizer takes all that is under `Synchronization.Mutex` for a race.
final class EncodingStatePool: @unchecked Sendable {
  private var idle: [EncodingState] = []
  private let lock = NSLock()

  func with<Result>(_ body: (inout EncodingState) -> Result) -> Result {
    var state = lock.withLock { idle.popLast() } ?? EncodingState()
    let result = body(&state)
    // A handful for the threads of one machine; the rest is freed.
    lock.withLock { if idle.count < 64 { idle.append(state) } }
    return result
  }
}
