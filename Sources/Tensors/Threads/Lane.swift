import Synchronization

/// A run of parts that threads take one after another: first the thread whose lane it is, then those that have no parts of
/// their own left.
///
/// It is one number, the end of the run and the next part, so that taking a part is one addition. Whoever adds to it after the
/// run is over takes nothing; whoever adds to it when the next run is there already takes a part of that one.
struct Lane: @unchecked Sendable {
  /// On cache lines of its own (two: processors fetch pairs).
  private let ticket: UnsafeMutablePointer<Atomic<UInt64>>

  /// An empty lane. Its memory lasts as long as the process.
  init() {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: 128, alignment: 128)
    ticket = memory.bindMemory(to: Atomic<UInt64>.self, capacity: 1)
    ticket.initialize(to: Atomic(0))
  }

  /// Offers parts; what was written before can be read by those who take one.
  func offer(_ parts: Range<Int>) {
    ticket.pointee.store(UInt64(parts.upperBound) << 32 | UInt64(parts.lowerBound), ordering: .releasing)
  }

  /// The next part, or nil where none is left.
  func take() -> Int? {
    guard let _ = Self.part(ticket.pointee.load(ordering: .relaxed)) else { return nil }
    return Self.part(ticket.pointee.wrappingAdd(1, ordering: .acquiringAndReleasing).oldValue)
  }

  private static func part(_ ticket: UInt64) -> Int? {
    let (next, end) = (ticket & 0xFFFF_FFFF, ticket >> 32)
    return next < end ? Int(next) : nil
  }
}
