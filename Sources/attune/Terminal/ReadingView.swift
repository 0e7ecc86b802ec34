import InstructionData

/// Shows how many records have been read, if reading takes longer than a second.
final class ReadingView {
  private var line = ProgressLine()
  private let start = ContinuousClock.now

  func show(_ progress: ReadingProgress) {
    guard ContinuousClock.now - start > .seconds(1) else { return }
    line.show(progress.text(isLive: line.isLive))
  }

  func finish() { line.finish() }
}

extension ReadingProgress {
  /// The progress on one line, with a bar if the line rewrites itself.
  package func text(isLive: Bool) -> String {
    let full = Int(fraction * 24)
    let bar = isLive ? String(repeating: "█", count: full) + String(repeating: "░", count: 24 - full) + " " : ""
    return "\(bar)\(Human.percent(fraction))  \(source.path): \(records) records"
  }
}
