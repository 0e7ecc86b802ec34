/// A block of pooled memory, given back when its last owner is gone.
final class Storage {
  /// The first byte.
  let pointer: UnsafeMutableRawPointer
  /// Which part of the memory it is in.
  let lifetime: TensorLifetime
  /// The length in bytes.
  private let byteCount: Int
  private let pool: MemoryPool

  /// Takes uninitialised memory from the pool.
  init(byteCount: Int) {
    self.byteCount = byteCount
    lifetime = .current
    pool = MemoryPool.current ?? .shared
    pointer = pool.allocate(byteCount, lifetime)
  }

  deinit { pool.free(pointer, byteCount, lifetime) }
}
