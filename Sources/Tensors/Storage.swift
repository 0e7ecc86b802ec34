/// A piece of pooled memory, given back when its last owner goes.
public final class Storage {
  /// The first byte.
  public let pointer: UnsafeMutableRawPointer
  /// The length in bytes.
  public let byteCount: Int

  /// Takes uninitialised memory from the pool.
  public init(byteCount: Int) {
    self.byteCount = byteCount
    pointer = MemoryPool.shared.allocate(byteCount)
  }

  deinit { MemoryPool.shared.free(pointer, byteCount) }
}
