import CKernels
import Foundation
import Guarding

/// The one owner of tensors' memory.
///
/// Memory comes from the system in large chunks and never goes back: after the first training step, the next ones find
/// all they need here and no page is faulted in or zeroed again. Free blocks are kept in address order and merge with
/// their neighbours; a request gets the smallest block that is large enough, so that steps of varying lengths do not
/// fragment the chunks.
///
/// Under AddressSanitizer, access to bytes outside of blocks is an error, and every block is followed by some: reads and
/// writes beyond a tensor are found.
public final class MemoryPool: Sendable {
  /// The pool of the process.
  public static let shared = MemoryPool()

  private static let alignment = 256
  private static let chunkBytes = 32 << 20
  private static let hugePage = 2 << 20

  private struct State {
    /// Free blocks by address.
    var free: [(start: UInt, count: Int)] = []
    var reserved = 0
    var used = 0
    var peak = 0
    var limit = Int.max
    var whenExhausted: ExhaustionHandler = { fatalError("\($0)") }
    /// The memory taken from the system; recorded in a rehearsal only.
    var chunks: [(start: UnsafeMutableRawPointer, count: Int)] = []
    /// The huge pages, by their number, of which some part was in use; recorded in a rehearsal only.
    var pages: Set<UInt> = []
  }

  private let state = Guarded(State())
  /// Unused bytes after each block: 0 except under AddressSanitizer, outside of rehearsals.
  private let guardBytes: Int
  /// Whether nothing is computed in this pool; see ``Rehearsal``.
  let isRehearsal: Bool

  /// The pool that replaces the process's in the current task; tensors that helper threads make for themselves still come
  /// from the process's.
  @TaskLocal package static var current: MemoryPool?

  /// Called when memory has run out; it ends the process.
  public typealias ExhaustionHandler = @Sendable (MemoryExhaustion) -> Never

  /// A separate pool, beside the one of the process.
  package init() {
    isRehearsal = false
    guardBytes = attune_guard_bytes()
  }

  /// A pool for a ``Rehearsal``: its memory goes back to the system with it, and the system provides no page of it before
  /// the page is used. When memory runs out it does what the pool of the process does.
  public init(forRehearsal: Void) {
    isRehearsal = true
    guardBytes = 0
    let handler = Self.shared.state.withLock { $0.whenExhausted }
    state.withLock { $0.whenExhausted = handler }
  }

  deinit {
    guard isRehearsal else { return }
    state.withLock { state in
      for chunk in state.chunks { munmap(chunk.start, chunk.count) }
    }
  }

  /// The machine's memory that a rehearsed computation would hold, in bytes: the pages of which it used some part. The
  /// system provides whole pages, and the pool keeps them.
  public var residentBytes: Int { state.withLock { $0.pages.count * Self.hugePage } }

  /// Sets how many bytes the pool may take from the system, and what happens when they don't suffice or the system has
  /// no more. Nothing can be computed without memory, so the handler must end the process; the default is a trap.
  public func limit(to bytes: Int, whenExhausted handler: @escaping ExhaustionHandler) {
    state.withLock { state in
      state.limit = bytes
      state.whenExhausted = handler
    }
  }

  /// Bytes taken from the system so far.
  public var reservedBytes: Int { state.withLock { $0.reserved } }
  /// Bytes in use now.
  public var usedBytes: Int { state.withLock { $0.used } }
  /// The largest ``usedBytes`` since the last ``resetPeak()``.
  public var peakBytes: Int { state.withLock { $0.peak } }
  /// Starts to measure ``peakBytes`` again.
  public func resetPeak() { state.withLock { $0.peak = $0.used } }

  /// Uninitialised memory for at least `byteCount` bytes, aligned to 256 bytes.
  package func allocate(_ byteCount: Int) -> UnsafeMutableRawPointer {
    let size = rounded(byteCount)
    return state.withLock { state in
      if Self.bestFit(state.free, size) == nil { grow(&state, by: size) }
      guard let index = Self.bestFit(state.free, size) else { fatalError("the memory pool lost a chunk") }
      let block = state.free[index]
      if block.count == size {
        state.free.remove(at: index)
      } else {
        state.free[index] = (block.start + UInt(size), block.count - size)
      }
      state.used += size - guardBytes
      state.peak = max(state.peak, state.used)
      if isRehearsal {
        let page = UInt(Self.hugePage)
        state.pages.formUnion(block.start / page...(block.start + UInt(size) - 1) / page)
      }
      let pointer = UnsafeMutableRawPointer(bitPattern: block.start).unsafelyUnwrapped
      if !isRehearsal { attune_permit(pointer, byteCount) }
      return pointer
    }
  }

  /// Takes back memory that ``allocate(_:)`` returned for the same byte count.
  package func free(_ pointer: UnsafeMutableRawPointer, _ byteCount: Int) {
    let size = rounded(byteCount)
    state.withLock { state in
      if !isRehearsal { attune_forbid(pointer, size) }
      state.used -= size - guardBytes
      Self.insert(&state.free, UInt(bitPattern: pointer), size)
    }
  }

  private func rounded(_ byteCount: Int) -> Int {
    max(1, (byteCount + Self.alignment - 1) / Self.alignment) * Self.alignment + guardBytes
  }

  private static func bestFit(_ free: [(start: UInt, count: Int)], _ size: Int) -> Int? {
    var best: Int?
    for index in free.indices where free[index].count >= size {
      if let found = best, free[found].count <= free[index].count { continue }
      best = index
      if free[index].count == size { break }
    }
    return best
  }

  /// Adds a block to the free ones and merges it with its neighbours.
  private static func insert(_ free: inout [(start: UInt, count: Int)], _ start: UInt, _ count: Int) {
    var low = 0
    var high = free.count
    while low < high {
      let middle = (low + high) / 2
      if free[middle].start < start { low = middle + 1 } else { high = middle }
    }
    free.insert((start, count), at: low)
    if low + 1 < free.count, free[low].start + UInt(free[low].count) == free[low + 1].start {
      free[low].count += free[low + 1].count
      free.remove(at: low + 1)
    }
    if low > 0, free[low - 1].start + UInt(free[low - 1].count) == free[low].start {
      free[low - 1].count += free[low].count
      free.remove(at: low)
    }
  }

  /// Ends the process because this many bytes are not available.
  func runOut(of purpose: MemoryExhaustion.Purpose, needing size: Int) -> Never {
    Self.runOut(state.withLock { $0 }, of: purpose, needing: size)
  }

  private static func runOut(_ state: State, of purpose: MemoryExhaustion.Purpose, needing size: Int) -> Never {
    state.whenExhausted(
      MemoryExhaustion(
        purpose: purpose, needed: size, used: state.used, reserved: state.reserved, limit: state.limit,
        addresses: .current))
  }

  /// Bytes that may still be taken from the system.
  private static func room(_ state: State) -> Int {
    // The process's other memory (libraries' buffers, examples) counts against the limit as well.
    let held = state.limit == .max ? state.reserved : max(state.reserved, SystemMemory.resident)
    return min(state.limit - held, AddressSpace.current?.free ?? .max)
  }

  private func grow(_ state: inout State, by size: Int) {
    let hugePage = Self.hugePage
    let room = Self.room(state) - hugePage
    // A chunk, or only what is needed where a chunk is too much.
    let count = max((size + hugePage - 1) / hugePage * hugePage, min(Self.chunkBytes, room / hugePage * hugePage))
    guard count <= room,
      let memory = mmap(
        nil, count + hugePage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0),
      memory != MAP_FAILED
    else { Self.runOut(state, of: isRehearsal ? .rehearsal : .tensors, needing: size) }
    // Aligned to huge pages, so that the system uses them: a hundredth of the page faults.
    let start = (UInt(bitPattern: memory) + UInt(hugePage - 1)) & ~UInt(hugePage - 1)
    #if os(Linux)
      madvise(UnsafeMutableRawPointer(bitPattern: start), count, Int32(isRehearsal ? MADV_NOHUGEPAGE : MADV_HUGEPAGE))
    #endif
    if isRehearsal {
      state.chunks.append((memory, count + hugePage))
    } else {
      attune_forbid(memory, count + hugePage)
    }
    state.reserved += count
    Self.insert(&state.free, start, count)
  }
}
