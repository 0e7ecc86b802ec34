import Checkpoints
import Foundation
import OutputFiles
import Synchronization

/// SIGINT, SIGTERM and SIGHUP where a command writes one large file or folder: what is half-written is removed, then the
/// signal ends the process as it would have.
enum Cleanup {
  private static let signalled = Atomic<Int32>(-1)

  /// Begins to listen. A signal that the process was started to ignore stays ignored, as under `nohup`.
  static func onSignals() {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    signalled.store(ends[1], ordering: .relaxed)
    let numbers = [SIGINT, SIGTERM, SIGHUP]
    // Nothing but the handing on of its number is allowed in a handler.
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
