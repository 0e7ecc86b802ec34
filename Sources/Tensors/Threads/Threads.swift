import Foundation

/// The one owner of threads: the caller and its helpers share parts of work that follow from the work alone.
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

  /// The elements of a vector in the kernels.
  private static let vectorWidth = 16
  /// The most parts of a range: enough for threads to come out even, and too few for taking them to cost anything.
  private static let mostParts = 256

  /// Runs `body` over parts of `0..<count`, and returns when all are done. In a ``Rehearsal`` it runs only if there is no more
  /// than one part, and that is small.
  ///
  /// The parts depend on `count` and `grain` only. No part is smaller than `grain` unless there is just one. Where `grain` is
  /// made of whole vectors the parts are too, except for the end of the last one. A call from within `body` runs completely on
  /// its own thread.
  ///
  /// - Parameter width: the elements that each of `count` stands for, such as those of a row.
  package static func forRange(
    _ count: Int, grain: Int = 1, width: Int = 1, file: StaticString = #fileID, line: Int = #line,
    _ body: (Range<Int>) -> Void
  ) {
    guard count > 0 else { return }
    if Rehearsal.isOn {
      // A little work costs nothing, and control flow may depend on it: the losses of a few pairs.
      if count <= grain, Rehearsal.works(on: count * width) { body(0..<count) }
      return
    }
    let parts = min(mostParts, max(1, count / max(1, grain)))
    let unit = grain.isMultiple(of: vectorWidth) ? vectorWidth : 1
    let units = count / unit
    parallel(parts, file: file, line: line) { part in
      body(units * part / parts * unit..<(part + 1 == parts ? count : units * (part + 1) / parts * unit))
    }
  }

  /// Runs `body` over parts of `0..<count` that begin at multiples of `tile`. They depend on both numbers only.
  package static func forTiles(
    _ count: Int, of tile: Int, file: StaticString = #fileID, line: Int = #line, _ body: (Range<Int>) -> Void
  ) {
    let tiles = (count + tile - 1) / tile
    let parts = min(mostParts, tiles)
    parallel(parts, file: file, line: line) { part in
      body(tiles * part / parts * tile..<min(count, tiles * (part + 1) / parts * tile))
    }
  }

  /// The results of `body` for `0..<count`, in that order; whichever thread is free takes the next. Calls of `body` must
  /// not share what they change.
  ///
  /// - Throws: the first error, by index, that `body` threw; the other calls are completed all the same.
  package static func map<Value>(
    _ count: Int, file: StaticString = #fileID, line: Int = #line, _ body: (Int) throws -> Value
  ) throws -> [Value] {
    var results = [Result<Value, Error>?](repeating: nil, count: count)
    results.withUnsafeMutableBufferPointer { results in
      let results = results
      parallel(balanced: count, file: file, line: line) { index in results[index] = Result { try body(index) } }
    }
    return try results.compactMap { try $0?.get() }
  }

  /// Runs `body` for `0..<tasks` of unequal length, begun in that order. The tasks must not share what they write, so that the
  /// result does not depend on which thread takes which.
  package static func parallel(
    balanced tasks: Int, file: StaticString = #fileID, line: Int = #line, _ body: (Int) -> Void
  ) {
    share(tasks, inOrder: true, pieces: tasks, CodePlace(file: file, line: line), body)
  }

  /// The same with something that every thread makes for itself, such as memory, and uses in all tasks that it takes. A
  /// ``Rehearsal`` makes it for all of them.
  package static func parallel<Own>(
    balanced tasks: Int, each make: () -> Own, file: StaticString = #fileID, line: Int = #line,
    _ body: (Int, Own) -> Void
  ) {
    if Rehearsal.isOn {
      let all = (0..<min(count, tasks)).map { _ in make() }
      return withExtendedLifetime(all) {}
    }
    let next = SharedCounter()
    share(min(count, tasks), inOrder: true, pieces: tasks, CodePlace(file: file, line: line)) { _ in
      guard var task = next.take(below: tasks) else { return }
      let own = make()
      while true {
        body(task, own)
        guard let following = next.take(below: tasks) else { return }
        task = following
      }
    }
  }

  /// Runs `body` for `0..<parts`, of which each thread first takes neighbouring ones. The parts must not share what they write.
  package static func parallel(
    _ parts: Int, file: StaticString = #fileID, line: Int = #line, _ body: (Int) -> Void
  ) {
    share(parts, inOrder: false, pieces: parts, CodePlace(file: file, line: line), body)
  }
}
