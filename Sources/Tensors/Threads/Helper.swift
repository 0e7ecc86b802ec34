import CKernels
import Foundation
import Synchronization

/// A thread that waits for work: spinning for a moment, since the next product comes soon, then asleep.
final class Helper: @unchecked Sendable {
  private let index: Int
  private let work: SharedWork
  private let requested = Atomic<Int>(0)
  private let isAsleep = Atomic<Bool>(false)
  private let spins = Atomic<Int>(0)
  private let condition = NSCondition()

  /// Starts the thread that takes the parts of lane `index` first. It lives as long as the process.
  init(_ index: Int, _ work: SharedWork) {
    (self.index, self.work) = (index, work)
    let thread = Thread { [unowned(unsafe) self] in self.loop() }
    thread.stackSize = Threads.stackBytes
    thread.name = "attune"
    _ = Unmanaged.passRetained(self)
    thread.start()
  }

  /// Says that there is work; ``wake()`` must follow. The thread spins this many times before it sleeps.
  func request(spins: Int) {
    self.spins.store(spins, ordering: .relaxed)
    requested.wrappingAdd(1, ordering: .sequentiallyConsistent)
  }

  /// Wakes the thread if it sleeps.
  func wake() {
    guard isAsleep.load(ordering: .sequentiallyConsistent) else { return }
    condition.lock()
    condition.signal()
    condition.unlock()
  }

  private func loop() {
    var seen = 0
    while true {
      wait(after: seen)
      // Work that was over before this thread came to it is skipped.
      seen = requested.load(ordering: .acquiring)
      work.work(from: index)
    }
  }

  private func wait(after seen: Int) {
    for _ in 0..<spins.load(ordering: .relaxed) {
      if requested.load(ordering: .acquiring) != seen { return }
      attune_pause()
    }
    condition.lock()
    // Either this sees the request, or whoever makes it sees that the thread sleeps.
    isAsleep.store(true, ordering: .sequentiallyConsistent)
    while requested.load(ordering: .sequentiallyConsistent) == seen { condition.wait() }
    isAsleep.store(false, ordering: .relaxed)
    condition.unlock()
  }
}
