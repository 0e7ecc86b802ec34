import Foundation
import StrictJSON
import Synchronization

/// The two streams of the program: results to standard output, everything else to standard error.
enum Console {
  private static let lostResult = Atomic<Int32>(0)

  /// Why a result did not reach standard output (an `errno`), or nil; a reader that has had enough loses nothing.
  static var outputFailure: Int32? {
    let number = lostResult.load(ordering: .relaxed)
    return number == 0 ? nil : number
  }

  /// Prints a result.
  static func output(_ text: String) {
    outputPiece(text.hasSuffix("\n") ? text : text + "\n")
  }

  /// Prints the one JSON document of a command with `--json`.
  static func output(json value: JSONValue) {
    output(value.compactText)
  }

  /// Prints a piece of a result without ending the line, as streamed text comes.
  static func outputPiece(_ text: String) {
    let failure = write(text, to: STDOUT_FILENO)
    if failure != 0, failure != EPIPE { lostResult.store(failure, ordering: .relaxed) }
  }

  /// Tells something on the way.
  static func message(_ text: String) {
    rawMessage(text + "\n")
  }

  /// Tells what one should know although it stops nothing.
  static func warning(_ text: String) {
    message(Paint.onError.yellow("attune: warning:") + " " + text)
  }

  /// Tells why the program ends.
  static func error(_ text: String) {
    message(Paint.onError.red("attune:") + " " + text)
  }

  /// Writes a text as it is to standard error: for what rewrites its own line.
  static func rawMessage(_ text: String) {
    _ = write(text, to: STDERR_FILENO)  // Where it fails there is nobody left to tell.
  }

  /// Makes sure that the standard streams are there: a program started without one would take the first file that it
  /// opens for it, and write its messages there.
  static func openStandardStreams() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
      _ = open("/dev/null", O_RDWR)  // Takes the lowest number that is free.
    }
  }

  /// Writes a text; returns the `errno` of what went wrong, or 0.
  private static func write(_ text: String, to descriptor: Int32) -> Int32 {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 {
        rest.removeFirst(count)
      } else if errno == EAGAIN {
        var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&wait, 1, -1)
      } else if errno != EINTR {
        return errno
      }
    }
    return 0
  }
}
