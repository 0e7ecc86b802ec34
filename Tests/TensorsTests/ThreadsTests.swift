import Synchronization
import Tensors
import Testing

@Suite("Threads")
struct ThreadsTests {
  @Test("Every element is worked on once, however the parts fall", arguments: [1, 2, 3, 16], [1, 7, 100, 5000])
  func everyElementOnce(threads: Int, grain: Int) {
    for count in [0, 1, 2, 3, 17, 1000] {
      let visits = (0..<count).map { _ in Counter() }
      Threads.$taskCount.withValue(threads) {
        Threads.forRange(count, grain: grain) { range in for index in range { visits[index].increment() } }
      }
      #expect(visits.allSatisfy { $0.value == 1 }, "a range of \(count)")
    }
  }

  /// The parts that a range is cut into, in order.
  private func parts(of count: Int, grain: Int, threads: Int) -> [Range<Int>] {
    let found = Mutex<[Range<Int>]>([])
    Threads.$taskCount.withValue(threads) {
      Threads.forRange(count, grain: grain) { range in found.withLock { $0.append(range) } }
    }
    return found.withLock { $0 }.sorted { $0.lowerBound < $1.lowerBound }
  }

  @Test(
    "Parts are contiguous, nearly equal and no smaller than the grain, whatever the threads", arguments: [1, 2, 4, 16])
  func parts(threads: Int) {
    #expect(parts(of: 103, grain: 25, threads: threads) == [0..<25, 25..<51, 51..<77, 77..<103])
    #expect(parts(of: 103, grain: 40, threads: threads) == [0..<51, 51..<103])
    #expect(parts(of: 99, grain: 50, threads: threads) == [0..<99])
    #expect(parts(of: 0, grain: 1, threads: threads) == [])
    #expect(parts(of: 10_000, grain: 1, threads: threads).count == 256)
    // Whole vectors of sixteen where the grain has them.
    #expect(parts(of: 103, grain: 32, threads: threads) == [0..<32, 32..<64, 64..<103])
  }

  @Test("Tiles stay whole")
  func tiles() {
    let found = Mutex<[Range<Int>]>([])
    Threads.forTiles(100, of: 32) { range in found.withLock { $0.append(range) } }
    #expect(found.withLock { $0 }.sorted { $0.lowerBound < $1.lowerBound } == [0..<32, 32..<64, 64..<96, 96..<100])
  }

  @Test("More parts than threads: each is done once")
  func moreParts() {
    let done = (0..<50).map { _ in Counter() }
    Threads.$taskCount.withValue(3) { Threads.parallel(50) { done[$0].increment() } }
    #expect(done.allSatisfy { $0.value == 1 })
  }

  @Test("Balanced tasks are each taken once", arguments: [0, 1, 2, 100])
  func balanced(tasks: Int) {
    let done = (0..<tasks).map { _ in Counter() }
    Threads.$taskCount.withValue(3) { Threads.parallel(balanced: tasks) { done[$0].increment() } }
    #expect(done.allSatisfy { $0.value == 1 })
  }

  @Test("What a thread makes for itself is used in all tasks that it takes", arguments: [1, 2, 16])
  func own(threads: Int) {
    let done = (0..<50).map { _ in Counter() }
    let made = Counter()
    Threads.$taskCount.withValue(threads) {
      Threads.parallel(balanced: 50, each: { made.increment() }) { task, _ in done[task].increment() }
    }
    #expect(done.allSatisfy { $0.value == 1 })
    #expect(1...threads ~= made.value)
  }

  @Test("A call from within a part runs completely and waits for no other")
  func nested() {
    let total = Counter()
    Threads.$taskCount.withValue(4) {
      Threads.forRange(16) { outer in
        for _ in outer { Threads.forRange(1000) { for _ in $0 { total.increment() } } }
      }
    }
    #expect(total.value == 16_000)
  }

  @Test("Far more threads than processors finish too, again and again")
  func manyThreads() {
    let total = Counter()
    Threads.$taskCount.withValue(32) {
      for _ in 0..<200 { Threads.forRange(320) { for _ in $0 { total.increment() } } }
    }
    #expect(total.value == 64_000)
  }

  @Test("Callers on several threads at once get all their work done")
  func concurrentCallers() async {
    let totals = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<8 {
        group.addTask {
          let total = Counter()
          for _ in 0..<100 { Threads.forRange(64) { for _ in $0 { total.increment() } } }
          return total.value
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(totals == [Int](repeating: 6400, count: 8))
  }

  @Test("There is at least one processor; a task's own count stays its own")
  func count() {
    let before = Threads.count
    #expect(Threads.available >= 1)
    Threads.$taskCount.withValue(before + 5) { #expect(Threads.count == before + 5) }
    #expect(Threads.count == before)
  }
}

/// A number that several threads count up.
private final class Counter: Sendable {
  private let number = Atomic<Int>(0)
  var value: Int { number.load(ordering: .sequentiallyConsistent) }
  func increment() { number.wrappingAdd(1, ordering: .relaxed) }
}
