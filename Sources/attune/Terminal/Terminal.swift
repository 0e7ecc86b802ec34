import Foundation

/// What the standard streams are connected to.
enum Terminal {
  /// Whether standard error, where progress and messages go, is a terminal.
  static let isInteractive = isatty(STDERR_FILENO) == 1 && obeysControls

  /// Whether standard output, where results go, is a terminal.
  static let isOutputInteractive = isatty(STDOUT_FILENO) == 1 && obeysControls

  /// Whether terminals obey control sequences: not if `TERM` says that they cannot, or nothing at all.
  private static let obeysControls = !["", "dumb"].contains(environment["TERM"] ?? "")

  /// The terminal's width in characters; 80 if it is unknown.
  static var columns: Int {
    var size = winsize()
    for descriptor in [STDERR_FILENO, STDOUT_FILENO] {
      if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
    }
    return 80
  }

  /// Whether colours are allowed: not if `NO_COLOR` is set to anything (no-color.org).
  static let allowsColour = (environment["NO_COLOR"] ?? "").isEmpty

  private static var environment: [String: String] { ProcessInfo.processInfo.environment }
}
