import CKernels
import Foundation
import Synchronization

/// The parts of one call that threads work on, and how its caller learns that all are done.
///
/// Which thread takes which part is left to chance, so that nobody waits for a thread that the system does not run: a part is
/// waited for only once somebody has begun it. Nothing that is computed may depend on it.
final class SharedWork: @unchecked Sendable {
  /// Written by the caller before it offers parts, read after a part was taken.
  private let body: UnsafeMutablePointer<(Int) -> Void>
  private let lanes: [Lane]
  /// The lanes that have parts.
  private let width = Atomic<Int>(1)
  /// Parts that are not done.
  private let remaining = Atomic<Int>(0)
  private let callerSleeps = Atomic<Bool>(false)
  private let condition = NSCondition()

  /// Lanes keep threads at the data they know; more threads than lanes share them.
  private static let most = 64
  /// Longer than parts last that began in time.
  private static let long = Duration.milliseconds(1)

  init() {
    body = .allocate(capacity: 1)
    lanes = (0..<Self.most).map { _ in Lane() }
  }

  /// Offers the parts, in as many lanes as there are threads or in a single one, in which they are taken in order.
  func begin(_ parts: Int, lanes count: Int, _ body: @escaping (Int) -> Void) {
    self.body.initialize(to: body)
    let width = min(count, Self.most)
    remaining.store(parts, ordering: .relaxed)
    self.width.store(width, ordering: .relaxed)
    for lane in 0..<width { lanes[lane].offer(parts * lane / width..<parts * (lane + 1) / width) }
  }

  /// Waits until all parts are done: spinning for a moment, then asleep. The body is not called after that.
  ///
  /// - Returns: whether it slept so long that some thread must have had no processor.
  func finish(spins: Int) -> Bool {
    var (spun, sleptLong) = (0, false)
    while remaining.load(ordering: .acquiring) != 0 {
      if spun < spins {
        attune_pause()
        spun += 1
      } else {
        let start = ContinuousClock.now
        sleepUntilDone()
        sleptLong = sleptLong || ContinuousClock.now - start > Self.long
      }
    }
    body.deinitialize(count: 1)
    return sleptLong
  }

  private func sleepUntilDone() {
    condition.lock()
    // Either this sees that all is done, or whoever finishes the last part sees that the caller sleeps.
    callerSleeps.store(true, ordering: .sequentiallyConsistent)
    while remaining.load(ordering: .sequentiallyConsistent) != 0 { condition.wait() }
    callerSleeps.store(false, ordering: .relaxed)
    condition.unlock()
  }

  /// Takes parts until none is left, those of one lane first.
  func work(from thread: Int) {
    let width = width.load(ordering: .relaxed)
    for distance in 0..<width {
      let done = workThrough(lanes[(thread + distance) % width])
      if done > 0, remaining.wrappingSubtract(done, ordering: .sequentiallyConsistent).newValue == 0 { wakeCaller() }
    }
  }

  /// Takes all parts of a lane that are left; returns how many there were. A function of its own, so that it holds on to the
  /// closure no longer than it runs.
  @inline(never)
  private func workThrough(_ lane: Lane) -> Int {
    guard var part = lane.take() else { return 0 }
    let body = body.pointee
    var done = 0
    while true {
      body(part)
      done += 1
      guard let next = lane.take() else { return done }
      part = next
    }
  }

  private func wakeCaller() {
    guard callerSleeps.load(ordering: .sequentiallyConsistent) else { return }
    condition.lock()
    condition.signal()
    condition.unlock()
  }
}
