import Foundation
import Synchronization

/// SIGINT, SIGTERM and SIGHUP, noted instead of obeyed: the current step is finished and saved first. A second one ends
/// the process at once, which no file is hurt by, since files are renamed into place when they are complete.
///
/// SIGPIPE is ignored: Ctrl-C under `attune run … | tee log` ends `tee` as well, and what is said from then on, to nobody,
/// must not keep the checkpoint from being written.
final class Interruption: Sendable {
  private static let received = Atomic<Int32>(0)

  /// Begins to listen.
  init() {
    // Made before a signal can come, since making it in a handler might wait for itself.
    _ = signal
    // Under `nohup` a run outlives the terminal that it was started from.
    listen(to: [SIGINT, SIGTERM, SIGHUP], keepingIgnored: [SIGHUP]) { number in
      if Interruption.received.exchange(number, ordering: .relaxed) != 0 { _exit(128 + number) }
    }
    _ = Foundation.signal(SIGPIPE, SIG_IGN)
  }

  /// Whether a process that ended with this code was interrupted: by a person at the keyboard, or by the system.
  static func isMeant(by exitCode: Int32) -> Bool { [SIGINT, SIGTERM, SIGHUP].contains(exitCode - 128) }

  /// The signal that has come, or nil.
  var signal: Int32? {
    let number = Self.received.load(ordering: .relaxed)
    return number == 0 ? nil : number
  }
}
