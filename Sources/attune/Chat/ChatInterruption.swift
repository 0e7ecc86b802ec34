import Foundation
import Synchronization

/// Notes SIGINT, which stops an answer or the wait for a line. A second one before the first was handled ends the
/// process.
final class ChatInterruption: Sendable {
  private static let isReceived = Atomic<Bool>(false)

  /// Starts listening. Unlike with `signal`, a wait for input is not resumed after the signal.
  init() {
    clear()
    #if os(Linux)
      var action = sigaction()
      action.__sigaction_handler.sa_handler = { _ in
        if ChatInterruption.isReceived.exchange(true, ordering: .relaxed) { _exit(130) }
      }
      sigaction(SIGINT, &action, nil)
    #endif
  }

  /// Whether it has come.
  var isSet: Bool { Self.isReceived.load(ordering: .relaxed) }

  /// Forgets it.
  func clear() { Self.isReceived.store(false, ordering: .relaxed) }
}
