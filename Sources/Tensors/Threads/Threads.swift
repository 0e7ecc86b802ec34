import Foundation
import Guarding
import Synchronization

/// The one owner of threads: the caller and its helpers share a range of work, in fixed contiguous parts.
///
/// The libraries below use one thread per call and never keep threads of their own spinning beside these.
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

  /// Starts the threads that share work; otherwise the first shared work starts them.
  static func startHelpers() { _ = helpers(count - 1) }

  /// The first helpers, started if they were not yet.
  private static func helpers(_ needed: Int) -> [Helper] {
    team.withLock { team in
      while team.helpers.count < needed { team.helpers.append(Helper()) }
      return Array(team.helpers.prefix(needed))
    }
  }

  private struct Team {
    var count = Threads.available
    var helpers: [Helper] = []
  }

  private static let team = Guarded(Team())
  /// Set while this process shares work: a nested call runs on its own thread.
  private static let busy = Atomic<Bool>(false)

  /// The elements of a vector in the kernels.
  private static let vectorWidth = 16

  /// Runs `body` over parts of `0..<count`, one part a thread, and returns when all are done. In a ``Rehearsal`` it runs only
  /// if there is no more than one part, and that is small.
  ///
  /// The parts depend on `count`, `grain` and the number of threads only. No part is smaller than `grain` unless there is
  /// just one. Where `grain` is made of whole vectors the parts are too, except for the end of the last one: which elements
  /// a kernel computes apart from whole vectors does not depend on the threads. A call from within `body` runs completely
  /// on its own thread.
  ///
  /// - Parameter width: the elements that each of `count` stands for, such as those of a row.
  package static func forRange(_ count: Int, grain: Int = 1, width: Int = 1, _ body: (Range<Int>) -> Void) {
    guard count > 0 else { return }
    if Rehearsal.isOn {
      // A little work costs nothing, and control flow may depend on it: the losses of a few pairs.
      if count <= grain, Rehearsal.works(on: count * width) { body(0..<count) }
      return
    }
    let parts = min(Self.count, max(1, count / max(1, grain)))
    let unit = grain.isMultiple(of: vectorWidth) ? vectorWidth : 1
    let units = count / unit
    parallel(parts) { part in
      body(units * part / parts * unit..<(part + 1 == parts ? count : units * (part + 1) / parts * unit))
    }
  }

  /// Runs `body` over parts of `0..<count` that begin at multiples of `tile`, one part a thread.
  static func forTiles(_ count: Int, of tile: Int, _ body: (Range<Int>) -> Void) {
    let tiles = (count + tile - 1) / tile
    let parts = min(Self.count, tiles)
    parallel(parts) { part in body(tiles * part / parts * tile..<min(count, tiles * (part + 1) / parts * tile)) }
  }

  /// The results of `body` for `0..<count`, in that order; whichever thread is free takes the next. Calls of `body` must
  /// not share what they change.
  ///
  /// - Throws: the first error, by index, that `body` threw; the other calls are completed all the same.
  package static func map<Value>(_ count: Int, _ body: (Int) throws -> Value) throws -> [Value] {
    var results = [Result<Value, Error>?](repeating: nil, count: count)
    results.withUnsafeMutableBufferPointer { results in
      let results = results
      parallel(balanced: count) { index in results[index] = Result { try body(index) } }
    }
    return try results.compactMap { try $0?.get() }
  }

  /// Runs `body` for `0..<tasks` of unequal length; whichever thread is free takes the next. The tasks must not share
  /// what they write, so that the result does not depend on which thread takes which.
  package static func parallel(balanced tasks: Int, _ body: (Int) -> Void) {
    let next = SharedCounter()
    parallel(min(tasks, count)) { _ in
      while let task = next.take(below: tasks) { body(task) }
    }
  }

  /// Runs `body` for `0..<parts`, each on a thread of its own where there are enough.
  package static func parallel(_ parts: Int, _ body: (Int) -> Void) {
    if Rehearsal.isOn { return }
    guard parts > 1, busy.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged else {
      for part in 0..<parts { body(part) }
      return
    }
    defer { busy.store(false, ordering: .releasing) }
    let helpers = helpers(min(count, parts) - 1)
    let width = helpers.count + 1
    withoutActuallyEscaping(body) { body in
      let work = Work(body: body, parts: parts, width: width, kernels: KernelSet.taskSet)
      for (index, helper) in helpers.enumerated() { helper.start(work, index + 1) }
      work.run(0)
      for helper in helpers { helper.wait() }
    }
  }
}
