import CKernels
import Foundation
import Synchronization

/// A thread that waits for work: spinning for a moment, since the next product comes soon, then asleep.
final class Helper: @unchecked Sendable {
  private let requested = Atomic<Int>(0)
  private let finished = Atomic<Int>(0)
  private let condition = NSCondition()
  /// The caller writes it before `requested` grows; the helper reads it afterwards.
  private var work: (Work, Int)?

  private static let spins = 4000

  init() {
    let thread = Thread { [unowned(unsafe) self] in self.loop() }
    thread.stackSize = Threads.stackBytes
    thread.name = "attune"
    // The thread and this object live as long as the process.
    _ = Unmanaged.passRetained(self)
    thread.start()
  }

  func start(_ work: Work, _ first: Int) {
    self.work = (work, first)
    condition.lock()
    requested.wrappingAdd(1, ordering: .releasing)
    condition.signal()
    condition.unlock()
  }

  func wait() {
    let goal = requested.load(ordering: .relaxed)
    var spins = 0
    while finished.load(ordering: .acquiring) != goal {
      if spins < Self.spins { attune_pause() } else { sched_yield() }
      spins += 1
    }
    work = nil
  }

  private func loop() {
    var done = 0
    while true {
      var spins = 0
      while requested.load(ordering: .acquiring) == done, spins < Self.spins {
        attune_pause()
        spins += 1
      }
      if requested.load(ordering: .acquiring) == done {
        condition.lock()
        while requested.load(ordering: .acquiring) == done { condition.wait() }
        condition.unlock()
      }
      done += 1
      if let (work, first) = work { work.run(first) }
      finished.store(done, ordering: .releasing)
    }
  }
}
