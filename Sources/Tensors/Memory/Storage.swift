/// A block of pooled memory, given back when its last owner is gone.
final class Storage {
  /// The first byte.
  let pointer: UnsafeMutableRawPointer
  /// The length in bytes.
  private let byteCount: Int
  private let pool: MemoryPool

  /// Takes uninitialised memory from the pool.
  init(byteCount: Int) {
    self.byteCount = byteCount
    pool = MemoryPool.current ?? .shared
    pointer = pool.allocate(byteCount)
  }

  deinit { pool.free(pointer, byteCount) }
}
