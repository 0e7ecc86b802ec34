import Guarding

/// The working storage of one call of `encode`; between calls it is kept in an ``EncodingStatePool``.
struct EncodingState: Sendable {
  var cache = WordCache()
  var buffer = MergeBuffer()

  /// Appends the ids of a word, from the cache if they are there.
  mutating func encode(_ word: Bytes, into ids: inout [Int32], uncached: (Bytes, inout [Int32]) -> Void) {
    guard word.count <= WordCache.longestWord else { return uncached(word, &ids) }
    let hash = byteHash(word)
    if cache.append(word, hash: hash, to: &ids) { return }
    let start = ids.count
    uncached(word, &ids)
    cache.insert(word, hash: hash, ids: ids[start...])
  }
}

/// One state for each thread that is encoding. A call takes a state and returns it, so that threads share nothing while
/// they work, and later calls find the words of earlier ones in the cache.
final class EncodingStatePool: Sendable {
  private let idle = Guarded<[EncodingState]>([])

  func with<Result>(_ body: (inout EncodingState) -> Result) -> Result {
    var state = idle.withLock { $0.popLast() } ?? EncodingState()
    let result = body(&state)
    // Enough for the threads of one machine; any more are freed.
    idle.withLock { if $0.count < 64 { $0.append(state) } }
    return result
  }
}
