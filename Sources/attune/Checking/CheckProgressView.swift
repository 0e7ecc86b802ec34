import Runs

/// Shows the progress of a data check.
final class CheckProgressView {
  private let reading = ReadingView()
  private var line = ProgressLine()

  func show(_ progress: DataCheck.Progress) {
    switch progress {
    case .reading(let progress): reading.show(progress)
    case .scoring(let done, let all):
      reading.finish()
      line.show("the model has scored \(Human.percent(Double(done) / Double(max(1, all)))) of the answers")
    }
  }

  func finish() {
    reading.finish()
    line.finish()
  }
}
