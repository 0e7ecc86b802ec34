import Synchronization

/// Hands out the indices of tasks.
final class SharedCounter: Sendable {
  private let value = Atomic<Int>(0)

  func take(below bound: Int) -> Int? {
    let taken = value.wrappingAdd(1, ordering: .relaxed).oldValue
    return taken < bound ? taken : nil
  }
}
