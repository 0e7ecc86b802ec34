import CKernels
import Foundation
import Guarding

/// The one owner of tensors' memory.
///
/// Memory comes from the system in large chunks and never goes back: after the largest training step, the others find all
/// they need here and no page is faulted in or zeroed again. Lasting and passing tensors (``TensorLifetime``) have an arena
/// each, so that what outlives a step is not in the way of the next one's activations.
///
/// Under AddressSanitizer, access to bytes outside of blocks is an error, and every block is followed by some: reads and
/// writes beyond a tensor are found.
public final class MemoryPool: Sendable {
  /// The pool of the process.
  public static let shared = MemoryPool()

  private static let alignment = 256
  /// The least that is mapped at once: after what there is, and elsewhere.
  private static let (continuedBytes, chunkBytes) = (8 << 20, 32 << 20)

  private struct State {
    var lasting = MemoryArena(at: 0)
    var passing = MemoryArena(at: 0)
    var reserved = 0
    var used = 0
    var peak = 0
    var limit = Int.max
    var whenExhausted: ExhaustionHandler = { fatalError("\($0)") }
    /// What was mapped; recorded in a rehearsal only.
    var mappings: [UnsafeMutableRawBufferPointer] = []

    /// Finds room for both arenas to grow in one piece. It is looked for when the first memory is needed: libraries have
    /// mapped their buffers by then, as a rule.
    mutating func place() {
      let addresses = SystemPages.unusedAddresses()
      lasting = MemoryArena(at: addresses.lowerBound)
      passing = MemoryArena(at: addresses.lowerBound + UInt(addresses.count / 2 / SystemPages.huge * SystemPages.huge))
    }

    subscript(lifetime: TensorLifetime) -> MemoryArena {
      get { lifetime == .lasting ? lasting : passing }
      _modify {
        switch lifetime {
        case .lasting: yield &lasting
        case .passing: yield &passing
        }
      }
    }
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
      for mapping in state.mappings { munmap(mapping.baseAddress, mapping.count) }
    }
  }

  /// The machine's memory that the pool's tensors have taken so far, or would have taken if they were computed, in bytes:
  /// the pages of which they used some part. The system provides whole pages, and the pool keeps them.
  public var residentBytes: Int {
    state.withLock { state in
      SystemPages.rounded(state.lasting.touchedBytes) + SystemPages.rounded(state.passing.touchedBytes)
    }
  }

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
  package func allocate(_ byteCount: Int, _ lifetime: TensorLifetime = .lasting) -> UnsafeMutableRawPointer {
    let size = rounded(byteCount)
    return state.withLock { state in
      var taken = state[lifetime].take(size)
      if taken == nil {
        grow(&state, lifetime, by: size)
        taken = state[lifetime].take(size)
      }
      guard let taken, let pointer = UnsafeMutableRawPointer(bitPattern: taken) else {
        fatalError("the memory pool lost a chunk")
      }
      state.used += size - guardBytes
      state.peak = max(state.peak, state.used)
      if !isRehearsal { attune_permit(pointer, byteCount) }
      return pointer
    }
  }

  /// Takes back memory that ``allocate(_:_:)`` returned for the same byte count and lifetime.
  package func free(_ pointer: UnsafeMutableRawPointer, _ byteCount: Int, _ lifetime: TensorLifetime = .lasting) {
    let size = rounded(byteCount)
    state.withLock { state in
      if !isRehearsal { attune_forbid(pointer, size) }
      state.used -= size - guardBytes
      state[lifetime].give(UInt(bitPattern: pointer), size)
    }
  }

  private func rounded(_ byteCount: Int) -> Int {
    max(1, (byteCount + Self.alignment - 1) / Self.alignment) * Self.alignment + guardBytes
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

  private func grow(_ state: inout State, _ lifetime: TensorLifetime, by size: Int) {
    let page = SystemPages.huge
    let room = Self.room(state) - page
    if state.reserved == 0 { state.place() }
    let end = state[lifetime].end
    // What is free at the end is continued, unless the addresses there are taken.
    let attempts = [
      (missing: size - state[lifetime].freeAtEnd, least: Self.continuedBytes, place: end),
      (missing: size, least: Self.chunkBytes, place: nil),
    ]
    for (missing, least, place) in attempts {
      // Only what is needed where more is too much.
      let count = max(SystemPages.rounded(missing), min(least, room / page * page))
      guard count <= room, let (start, mapping) = SystemPages.map(count, at: place) else { continue }
      SystemPages.advise(start, count, huge: !isRehearsal)
      if isRehearsal {
        state.mappings.append(mapping)
      } else {
        attune_forbid(mapping.baseAddress, mapping.count)
      }
      state.reserved += count
      return state[lifetime].add(start, count)
    }
    Self.runOut(state, of: isRehearsal ? .rehearsal : .tensors, needing: size)
  }
}
