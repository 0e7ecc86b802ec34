import Foundation
import Synchronization

/// SIGINT and SIGTERM, noted instead of obeyed: the current step is finished and saved first. A second one ends the
/// process at once, which no file is hurt by, since files are renamed into place when they are complete.
final class Interruption: Sendable {
  private static let received = Atomic<Int32>(0)

  /// Begins to listen.
  init() {
    // Made before a signal can come, since making it in a handler might wait for itself.
    _ = signal
    // Who starts a process from a thread that blocks signals hands the block on to it.
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM] { sigaddset(&signals, number) }
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    for number in [SIGINT, SIGTERM] {
      _ = Foundation.signal(number) { number in
        if Interruption.received.exchange(number, ordering: .relaxed) != 0 { _exit(128 + number) }
      }
    }
  }

  /// The signal that has come, or nil.
  var signal: Int32? {
    let number = Self.received.load(ordering: .relaxed)
    return number == 0 ? nil : number
  }
}
