import Synchronization

/// Hands out the indices of tasks.
final class SharedCounter: Sendable {
  private let value = Atomic<Int>(0)

  func take(below bound: Int) -> Int? {
    let taken = value.wrappingAdd(1, ordering: .relaxed).oldValue
    return taken < bound ? taken : nil
  }
}

/// The work that the threads of one call share. The closure does not outlive the call: ``Threads/parallel(_:_:)`` waits for
/// all threads.
struct Work: @unchecked Sendable {
  let body: (Int) -> Void
  let parts: Int
  let width: Int
  /// What the caller's task uses instead of the program's.
  let kernels: KernelSet?

  func run(_ first: Int) {
    guard let kernels, KernelSet.taskSet == nil else { return runParts(first) }
    KernelSet.$taskSet.withValue(kernels) { runParts(first) }
  }

  private func runParts(_ first: Int) {
    for part in stride(from: first, to: parts, by: width) { body(part) }
  }
}
