import InstructionData

/// Shows how many records have been read, if reading takes longer than a second.
final class ReadingView {
  private var line = ProgressLine()
  private let start = ContinuousClock.now

  func show(_ progress: ReadingProgress) {
    guard ContinuousClock.now - start > .seconds(1) else { return }
    let full = Int(progress.fraction * 24)
    let bar = String(repeating: "█", count: full) + String(repeating: "░", count: 24 - full)
    line.show("\(bar) \(Human.percent(progress.fraction))  \(progress.source.path): \(progress.records) records")
  }

  func finish() { line.finish() }
}
