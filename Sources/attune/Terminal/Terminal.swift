import Foundation

/// What standard error, where progress and messages go, is connected to.
enum Terminal {
  /// Whether a person may be watching standard error.
  static let isInteractive = isatty(STDERR_FILENO) == 1 && environment["TERM"] != "dumb"

  /// Whether results on standard output go to a terminal.
  static let isOutputInteractive = isatty(STDOUT_FILENO) == 1 && environment["TERM"] != "dumb"

  /// Characters in a line; 80 where that can't be told.
  static var columns: Int {
    var size = winsize()
    for descriptor in [STDERR_FILENO, STDOUT_FILENO] {
      if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
    }
    return 80
  }

  /// Whether colours are wanted at all: not where `NO_COLOR` is set to anything (no-color.org).
  static let allowsColour = (environment["NO_COLOR"] ?? "").isEmpty

  private static var environment: [String: String] { ProcessInfo.processInfo.environment }
}
