import Foundation

/// Shows progress: on a terminal one line that rewrites itself, elsewhere a plain line every ten seconds.
///
/// A log, which is read afterwards, has the first and the last state as well; otherwise what takes less than ten seconds
/// shows nothing where there is no terminal.
package struct ProgressLine {
  /// Whether the line rewrites itself.
  let isLive: Bool
  private let isLog: Bool
  private let columns: () -> Int
  private let write: (String) -> Void
  private let now: () -> Double
  /// The shortest time between two updates: ten a second look smooth; a log file needs only a sign of life.
  private var interval: Double { isLive ? 0.1 : 10 }
  private var lastShown: Double?
  private var pending: String?
  private var isLineOpen = false

  /// Makes a progress line.
  ///
  /// - Parameters:
  ///   - isLive: whether the line may rewrite itself.
  ///   - isLog: whether the first and the last state are always shown.
  ///   - columns: the terminal's width in characters.
  ///   - now: a clock in seconds.
  ///   - write: writes the text.
  package init(
    isLive: Bool, isLog: Bool = false, columns: @escaping () -> Int, now: @escaping () -> Double,
    write: @escaping (String) -> Void
  ) {
    (self.isLive, self.isLog, self.columns, self.now, self.write) = (isLive, isLog, columns, now, write)
    if !isLive, !isLog { lastShown = now() }
  }

  /// Makes a progress line on standard error.
  init(isLog: Bool = false) {
    self.init(
      isLive: Terminal.isInteractive, isLog: isLog, columns: { Terminal.columns },
      now: { ProcessInfo.processInfo.systemUptime }, write: Console.rawMessage)
  }

  /// Shows a state, or holds it back if the last one was shown a moment ago.
  package mutating func show(_ text: String) {
    let time = now()
    if let lastShown, time - lastShown < interval {
      pending = text
      return
    }
    print(text, at: time)
  }

  /// Prints a line that stays, below the last state.
  package mutating func note(_ text: String) {
    finish()
    write(text + "\n")
  }

  /// Shows the last state of a live line or a log if it is held back, and ends the line.
  package mutating func finish() {
    if let pending, isLive || isLog { print(pending, at: now()) }
    pending = nil
    if isLineOpen { write("\n") }
    isLineOpen = false
    if isLive { lastShown = nil }
  }

  private mutating func print(_ text: String, at time: Double) {
    lastShown = time
    pending = nil
    if isLive {
      // One column stays free: some terminals wrap as soon as the last one is filled.
      write("\r\u{1B}[K" + text.prefix(max(1, columns() - 1)))
      isLineOpen = true
    } else {
      write(text + "\n")
    }
  }
}
