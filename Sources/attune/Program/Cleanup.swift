import Foundation
import OutputFiles
import Synchronization

/// Handles SIGINT, SIGTERM and SIGHUP while a command writes a large file or folder: partial files are removed, then the
/// signal ends the process as usual.
enum Cleanup {
  private static let signalled = Atomic<Int32>(-1)

  /// Installs the handlers. A signal that was ignored when the process started stays ignored, as under `nohup`.
  static func onSignals() {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    signalled.store(ends[1], ordering: .relaxed)
    let numbers = [SIGINT, SIGTERM, SIGHUP]
    // A signal handler may do little more than pass on the number; a thread does the rest.
    let reader = ends[0]
    Thread.detachNewThread {
      var number: UInt8 = 0
      while read(reader, &number, 1) != 1 { if errno != EINTR { return } }
      removeLivePartialFiles {
        _ = signal(Int32(number), SIG_DFL)
        kill(getpid(), Int32(number))
        while true { pause() }
      }
    }
    listen(to: numbers, keepingIgnored: numbers) { number in
      var byte = UInt8(truncatingIfNeeded: number)
      _ = write(Cleanup.signalled.load(ordering: .relaxed), &byte, 1)
    }
  }
}
