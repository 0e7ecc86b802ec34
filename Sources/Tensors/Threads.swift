import CKernels
import Foundation
import Guarding
import Synchronization

/// The one owner of threads: the caller and its helpers share a range of work, in fixed contiguous parts.
///
/// Libraries below are told to use one thread a call; they never keep threads of their own spinning beside these.
public enum Threads {
  /// How many threads share work, the caller included. At first the processors this process may use.
  public static var count: Int {
    get { taskCount ?? team.withLock { $0.count } }
    set {
      precondition(newValue > 0, "at least one thread works")
      team.withLock { $0.count = newValue }
    }
  }

  /// The count for the current task alone, so that tests that vary it do not disturb one another.
  @TaskLocal package static var taskCount: Int?

  /// The processors that this process may use: its affinity, capped by the control group's quota.
  public static let available: Int = {
    var count = ProcessInfo.processInfo.activeProcessorCount
    #if os(Linux)
      if let text = try? String(contentsOfFile: "/sys/fs/cgroup/cpu.max", encoding: .utf8) {
        let parts = text.split(separator: " ").compactMap { Double($0.filter { $0 != "\n" }) }
        if parts.count == 2, parts[1] > 0 { count = min(count, max(1, Int((parts[0] / parts[1]).rounded(.up)))) }
      }
    #endif
    return max(1, count)
  }()

  /// The stack of a helping thread.
  static let stackBytes = 8 << 20

  /// Starts the threads that share work, which happens at the first shared work otherwise.
  static func startHelpers() { _ = helpers(count - 1) }

  /// So many threads, started where they were not yet.
  private static func helpers(_ wanted: Int) -> [Helper] {
    team.withLock { team in
      while team.helpers.count < wanted { team.helpers.append(Helper()) }
      return Array(team.helpers.prefix(wanted))
    }
  }

  private struct Team {
    var count = Threads.available
    var helpers: [Helper] = []
  }

  private static let team = Guarded(Team())
  /// Set while this process shares work: a nested call runs on its own thread.
  private static let busy = Atomic<Bool>(false)

  /// Runs `body` over parts of `0..<count`, one part a thread, and returns when all are done; in a ``Rehearsal`` only where
  /// there is no more than one part.
  ///
  /// The parts depend on `count`, `grain` and the number of threads only. No part is smaller than `grain` unless there is
  /// just one. A call from within `body` runs whole on its own thread.
  public static func forRange(_ count: Int, grain: Int = 1, _ body: (Range<Int>) -> Void) {
    guard count > 0 else { return }
    if Rehearsal.isOn {
      // Little costs nothing, and may decide the way: the losses of a few pairs.
      if count <= grain { body(0..<count) }
      return
    }
    let parts = min(Self.count, max(1, count / max(1, grain)))
    parallel(parts) { part in body(count * part / parts..<count * (part + 1) / parts) }
  }

  /// Runs `body` over parts of `0..<count` that begin at multiples of `tile`, one part a thread.
  public static func forTiles(_ count: Int, of tile: Int, _ body: (Range<Int>) -> Void) {
    let tiles = (count + tile - 1) / tile
    let parts = min(Self.count, tiles)
    parallel(parts) { part in body(tiles * part / parts * tile..<min(count, tiles * (part + 1) / parts * tile)) }
  }

  /// Runs `body` for `0..<tasks` of unequal length; whichever thread is free takes the next. The tasks must not share
  /// what they write, so that the result does not depend on who takes which.
  public static func parallel(balanced tasks: Int, _ body: (Int) -> Void) {
    let next = SharedCounter()
    parallel(min(tasks, count)) { _ in
      while let task = next.take(below: tasks) { body(task) }
    }
  }

  /// Runs `body` for `0..<parts`, each on a thread of its own where there are enough.
  public static func parallel(_ parts: Int, _ body: (Int) -> Void) {
    if Rehearsal.isOn { return }
    guard parts > 1, busy.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged else {
      for part in 0..<parts { body(part) }
      return
    }
    defer { busy.store(false, ordering: .releasing) }
    let helpers = helpers(min(count, parts) - 1)
    let width = helpers.count + 1
    withoutActuallyEscaping(body) { body in
      let work = Work(body: body, parts: parts, width: width)
      for (index, helper) in helpers.enumerated() { helper.start(work, index + 1) }
      work.run(0)
      for helper in helpers { helper.wait() }
    }
  }
}

/// Hands out the numbers of tasks.
private final class SharedCounter: Sendable {
  private let value = Atomic<Int>(0)

  func take(below bound: Int) -> Int? {
    let taken = value.wrappingAdd(1, ordering: .relaxed).oldValue
    return taken < bound ? taken : nil
  }
}

/// What the threads of one call share. The closure outlives no call: ``Threads/parallel(_:_:)`` waits for all.
private struct Work: @unchecked Sendable {
  let body: (Int) -> Void
  let parts: Int
  let width: Int

  func run(_ first: Int) {
    for part in stride(from: first, to: parts, by: width) { body(part) }
  }
}

/// A thread that waits for work: spinning for a moment, since the next product comes soon, then asleep.
private final class Helper: @unchecked Sendable {
  private let requested = Atomic<Int>(0)
  private let finished = Atomic<Int>(0)
  private let condition = NSCondition()
  /// Written by the caller before `requested` grows, read by the helper afterwards.
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
