/// A piece of pooled memory, given back when its last owner goes.
public final class Storage {
  /// The first byte.
  public let pointer: UnsafeMutableRawPointer
  /// The length in bytes.
  public let byteCount: Int
  private let pool: MemoryPool

  /// Takes uninitialised memory from the pool.
  public init(byteCount: Int) {
    self.byteCount = byteCount
    pool = MemoryPool.current ?? .shared
    pointer = pool.allocate(byteCount)
  }

  deinit { pool.free(pointer, byteCount) }
}
