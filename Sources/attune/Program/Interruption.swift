import Foundation
import Synchronization

/// Records SIGINT, SIGTERM and SIGHUP, so that a run can finish and save its current step first. A second signal ends the
/// process at once. That damages no file, since files are renamed into place only when they are complete.
///
/// SIGPIPE is ignored: Ctrl-C during `attune run … | tee log` ends `tee` too, and messages that nobody reads any more must
/// not keep the checkpoint from being written.
final class Interruption: Sendable {
  private static let received = Atomic<Int32>(0)

  /// Installs the handlers.
  init() {
    // Initializes the static variable before a signal arrives: a handler that did so could deadlock.
    _ = signal
    // Under `nohup`, a run continues after its terminal is closed.
    listen(to: [SIGINT, SIGTERM, SIGHUP], keepingIgnored: [SIGHUP]) { number in
      if Interruption.received.exchange(number, ordering: .relaxed) != 0 { _exit(128 + number) }
    }
    _ = Foundation.signal(SIGPIPE, SIG_IGN)
  }

  /// Whether an exit code says that an interruption ended the process.
  static func caused(_ exitCode: Int32) -> Bool { [SIGINT, SIGTERM, SIGHUP].contains(exitCode - 128) }

  /// The first signal received, or nil.
  var signal: Int32? {
    let number = Self.received.load(ordering: .relaxed)
    return number == 0 ? nil : number
  }
}
