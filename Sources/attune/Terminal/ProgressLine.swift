import Foundation

/// Shows how far something is: one line that rewrites itself on a terminal, plain lines now and then elsewhere.
package struct ProgressLine {
  private let isLive: Bool
  private let columns: () -> Int
  private let write: (String) -> Void
  private let now: () -> Double
  /// The least time between two showings: ten a second are smooth; a log file needs a sign of life now and then.
  private var interval: Double { isLive ? 0.1 : 10 }
  private var lastShown: Double?
  private var pending: String?
  private var isLineOpen = false

  /// A progress line.
  ///
  /// - Parameters:
  ///   - isLive: whether the line may rewrite itself.
  ///   - columns: characters in a line of the terminal.
  ///   - now: a clock in seconds.
  ///   - write: where the text goes.
  package init(
    isLive: Bool, columns: @escaping () -> Int, now: @escaping () -> Double, write: @escaping (String) -> Void
  ) {
    (self.isLive, self.columns, self.now, self.write) = (isLive, columns, now, write)
  }

  /// A progress line on standard error.
  init() {
    self.init(
      isLive: Terminal.isInteractive, columns: { Terminal.columns },
      now: { ProcessInfo.processInfo.systemUptime }, write: Console.rawMessage)
  }

  /// Shows a state, unless the last one was shown a moment ago.
  package mutating func show(_ text: String) {
    let time = now()
    if let lastShown, time - lastShown < interval {
      pending = text
      return
    }
    print(text, at: time)
  }

  /// Tells something that stays, below the last state shown so far.
  package mutating func note(_ text: String) {
    finish()
    write(text + "\n")
  }

  /// Shows the last state if it was held back, and ends the line.
  package mutating func finish() {
    if let pending { print(pending, at: now()) }
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
