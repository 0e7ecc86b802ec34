import Guarding

/// What one call of `encode` works in; between calls it waits in an ``EncodingStatePool``.
struct EncodingState: Sendable {
  var cache = WordCache()
  var buffer = MergeBuffer()
}

/// States for as many threads as encode at once: each call takes one and gives it back, so threads share nothing while
/// they work, and a word that one call met is known to the next.
final class EncodingStatePool: Sendable {
  private let idle = Guarded<[EncodingState]>([])

  func with<Result>(_ body: (inout EncodingState) -> Result) -> Result {
    var state = idle.withLock { $0.popLast() } ?? EncodingState()
    let result = body(&state)
    // A handful for the threads of one machine; the rest is freed.
    idle.withLock { if $0.count < 64 { $0.append(state) } }
    return result
  }
}
