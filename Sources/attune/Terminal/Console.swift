import Foundation
import StrictJSON
import Synchronization

/// The program's two output streams: results go to standard output, everything else to standard error.
enum Console {
  private static let outputErrno = Atomic<Int32>(0)

  /// The `errno` of a failed write to standard output, or nil. A closed pipe is not a failure: its reader wants no more.
  static var outputFailure: Int32? {
    let number = outputErrno.load(ordering: .relaxed)
    return number == 0 ? nil : number
  }

  /// Prints a result.
  static func output(_ text: String) {
    outputPiece(text.hasSuffix("\n") ? text : text + "\n")
  }

  /// Prints the JSON document of a command with `--json`.
  static func output(json value: JSONValue) {
    output(value.compactText)
  }

  /// Prints a piece of a result as it is, without ending the line, for streamed text.
  static func outputPiece(_ text: String) {
    let failure = write(text, to: STDOUT_FILENO)
    if failure != 0, failure != EPIPE { outputErrno.store(failure, ordering: .relaxed) }
  }

  /// Prints a message.
  static func message(_ text: String) {
    rawMessage(text + "\n")
  }

  /// Prints a warning.
  static func warning(_ text: String) {
    message(Paint.onError.yellow("attune: warning:") + " " + text)
  }

  /// Prints warnings, each on a line of its own.
  static func warnings(_ texts: [String]) {
    for text in texts { warning(text) }
  }

  /// Prints an error that ends the command.
  static func error(_ text: String) {
    message(Paint.onError.red("attune:") + " " + text)
  }

  /// Writes text as it is to standard error, for a line that rewrites itself.
  static func rawMessage(_ text: String) {
    _ = write(text, to: STDERR_FILENO)  // If this fails, there is nowhere left to report it.
  }

  /// Opens standard streams that are closed. Otherwise the first file that the program opens would take a stream's
  /// number, and messages would be written into it.
  static func openStandardStreams() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
      _ = open("/dev/null", O_RDWR)  // Takes the lowest free number.
    }
  }

  /// Writes a text; returns the `errno` of the failure, or 0.
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
