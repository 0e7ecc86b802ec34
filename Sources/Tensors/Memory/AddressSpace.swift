import Foundation

/// The addresses that this process may use, where they are limited (`ulimit -v`).
///
/// Everything that is mapped counts against this limit, whether it is in memory or not: libraries, the stacks of threads,
/// OpenBLAS's buffers.
public struct AddressSpace: Sendable {
  /// Bytes that may be mapped.
  public let limit: Int
  /// Bytes that are mapped now.
  public let mapped: Int

  /// Bytes that tensors leave to everything else. Swift ends a program whose small allocations fail, without a useful
  /// message.
  public static let reserve = 64 << 20

  /// Bytes that tensors can still use.
  public var free: Int { max(0, limit - mapped - Self.reserve) }

  /// The limit now; nil where there is none.
  public static var current: AddressSpace? {
    #if os(Linux)
      var limit = rlimit()
      guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0, limit.rlim_cur != .max,
        let mapped = SystemMemory.pages?.mapped
      else { return nil }
      return AddressSpace(limit: Int(clamping: UInt64(limit.rlim_cur)), mapped: mapped)
    #else
      return nil
    #endif
  }

  /// Whether this many bytes can be mapped in one piece.
  package static func hasRoom(for bytes: Int) -> Bool {
    let room = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    guard let room, room != MAP_FAILED else { return false }
    munmap(room, bytes)
    return true
  }
}
