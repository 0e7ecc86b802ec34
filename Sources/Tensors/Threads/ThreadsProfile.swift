import Guarding

/// How much of a computation threads can share, and in how many pieces: what more processors would gain.
public struct ThreadsProfile: Sendable {
  /// The calls of one place in the code that make the same number of pieces.
  public struct Section: Sendable {
    /// The place, such as `RMSNorm.swift:75`.
    public let place: String
    /// The pieces that threads could work on at once.
    public let pieces: Int
    /// How often they were worked on.
    public internal(set) var calls: Int
    /// The time that it took altogether.
    public internal(set) var seconds: Double

    /// Puts the figures together.
    package init(place: String, pieces: Int, calls: Int = 0, seconds: Double = 0) {
      (self.place, self.pieces, self.calls, self.seconds) = (place, pieces, calls, seconds)
    }

    /// How much faster threads are than one, if the pieces are equal and each is worked on by one thread.
    func speed(threads: Int) -> Double { Double(pieces) / Double((pieces + threads - 1) / threads) }
  }

  /// The time of the whole computation.
  public let seconds: Double
  /// The threads that took part.
  public let threads: Int
  /// What was shared, the longest first; also what could have been, but was a single piece.
  public let sections: [Section]

  /// Puts the figures together.
  package init(seconds: Double, threads: Int, sections: [Section]) {
    (self.seconds, self.threads, self.sections) = (seconds, threads, sections)
  }

  /// The time in which one thread worked alone.
  public var serialSeconds: Double { seconds - sections.lazy.filter { $0.pieces > 1 }.reduce(0) { $0 + $1.seconds } }

  /// How much faster than one thread so many threads can be, by Amdahl's law: if the processors shared nothing, and the pieces
  /// of a section were equal.
  public func bound(threads: Int) -> Double { time(threads: 1) / time(threads: threads) }

  private func time(threads: Int) -> Double {
    sections.lazy.filter { $0.pieces > 1 }.reduce(serialSeconds) { time, section in
      time + section.seconds * section.speed(threads: self.threads) / section.speed(threads: threads)
    }
  }

  /// Runs `body`, and reports what it shared from the calling thread.
  public static func measure<Result>(_ body: () throws -> Result) rethrows -> (result: Result, profile: ThreadsProfile)
  {
    let recorder = Recorder()
    let start = ContinuousClock.now
    let result = try $recorder.withValue(recorder, operation: body)
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let sections = recorder.sections.withLock { $0.values.sorted { $0.seconds > $1.seconds } }
    return (result, ThreadsProfile(seconds: seconds, threads: Threads.count, sections: sections))
  }

  @TaskLocal private static var recorder: Recorder?

  /// Runs `body`, which works on pieces, and records it where a measurement is on.
  static func record(_ pieces: Int, at place: CodePlace, isNested: Bool, _ body: () -> Void) {
    guard let recorder, !isNested, pieces > 0 else { return body() }
    let start = ContinuousClock.now
    body()
    recorder.add(pieces, at: place, seconds: (ContinuousClock.now - start) / .seconds(1))
  }

  private final class Recorder: Sendable {
    struct Key: Hashable {
      let place: String
      let pieces: Int
    }

    let sections = Guarded<[Key: Section]>([:])

    func add(_ pieces: Int, at place: CodePlace, seconds: Double) {
      let key = Key(place: place.name, pieces: pieces)
      sections.withLock {
        $0[key, default: Section(place: key.place, pieces: pieces)].calls += 1
        $0[key]?.seconds += seconds
      }
    }
  }
}
