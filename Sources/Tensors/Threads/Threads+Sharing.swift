import Guarding
import Synchronization

/// How a call shares its work.
extension Threads {
  /// Starts the threads that share work; otherwise the first shared work starts them.
  static func startHelpers() { _ = helpers(count - 1) }

  /// The first helpers, started if they were not yet.
  private static func helpers(_ needed: Int) -> ArraySlice<Helper> {
    team.withLock { team in
      while team.helpers.count < needed { team.helpers.append(Helper(team.helpers.count + 1, work)) }
      return team.helpers.prefix(needed)
    }
  }

  struct Team {
    var count = Threads.available
    var helpers: [Helper] = []
  }

  static let team = Guarded(Team())
  private static let work = SharedWork()
  /// Set while this process shares work: a nested call runs on its own thread.
  private static let busy = Atomic<Bool>(false)

  /// How often a thread looks for work before it sleeps, where each has a processor to itself: work comes soon, and waking
  /// takes longer.
  private static let spins = 4000
  /// The same after a caller waited longer for others: another program may need the processors.
  private static let fewSpins = 250
  /// The calls made with few spins after such a wait, and those of them that are still to come.
  private static let callsInHurry = 64
  private static let hurried = Atomic<Int>(0)

  /// Runs `body` for `0..<parts` on all threads.
  ///
  /// - Parameter pieces: the parts that threads could work on at once, for ``ThreadsProfile``.
  static func share(_ parts: Int, inOrder: Bool, pieces: Int, _ place: CodePlace, _ body: (Int) -> Void) {
    if Rehearsal.isOn { return }
    ThreadsProfile.record(pieces, at: place, isNested: busy.load(ordering: .relaxed)) {
      let width = min(count, parts)
      guard width > 1, busy.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged else {
        for part in 0..<parts { body(part) }
        return
      }
      defer { busy.store(false, ordering: .releasing) }
      let kernels = KernelSet.taskSet
      withoutActuallyEscaping(body) { body in
        run(parts, lanes: inOrder ? 1 : width, helpers: helpers(width - 1)) { part in
          // The helpers belong to no task.
          if let kernels, KernelSet.taskSet == nil {
            KernelSet.$taskSet.withValue(kernels) { body(part) }
          } else {
            body(part)
          }
        }
      }
    }
  }

  private static func run(
    _ parts: Int, lanes: Int, helpers: ArraySlice<Helper>, _ body: @escaping (Int) -> Void
  ) {
    let isHurried = hurried.load(ordering: .relaxed) > 0
    let spins = helpers.count >= available ? 0 : isHurried ? fewSpins : spins
    work.begin(parts, lanes: lanes, body)
    for helper in helpers { helper.request(spins: spins) }
    for helper in helpers { helper.wake() }
    work.work(from: 0)
    if work.finish(spins: spins) {
      hurried.store(callsInHurry, ordering: .relaxed)
    } else if isHurried {
      hurried.wrappingSubtract(1, ordering: .relaxed)
    }
  }
}
