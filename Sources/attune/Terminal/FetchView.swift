import Foundation
import ModelHub

/// Shows the progress of a download: bytes, speed and time left.
final class FetchView {
  private let isQuiet: Bool
  private var line = ProgressLine()
  private var total = 0
  private var start: Double?

  /// Makes a view that, if it is quiet, shows only warnings.
  init(isQuiet: Bool) {
    self.isQuiet = isQuiet
  }

  /// Shows an event.
  func show(_ event: FetchEvent) {
    switch event {
    case .unchecked(let file):
      line.finish()
      Console.warning("\(file): cannot be checked, since the hub gives no digest for it.")
    case _ where isQuiet: return
    case .planned(let files, let bytes, let present):
      total = bytes
      let note = present == 0 ? "" : ", \(present) of them already present"
      line.note("\(files) files, \(Human.bytes(bytes))\(note)")
    case .weightsNext: return
    case .waiting(let seconds, let reason):
      line.note(seconds > 0 ? "\(reason); trying again in \(Human.duration(seconds))" : reason)
    case .progress(let file, let bytes, let received): show(file, bytes, received)
    }
  }

  /// Ends the line.
  func finish() { line.finish() }

  private func show(_ file: String, _ bytes: Int, _ received: Int) {
    let now = ProcessInfo.processInfo.systemUptime
    let start = start ?? now
    self.start = start
    let speed = Double(received) / max(now - start, 0.001)
    var text = "\(Human.bytes(bytes)) of \(Human.bytes(total))"
    // The first half second says little about the speed.
    if now - start > 0.5, speed > 0 {
      text += "  \(Human.bytes(Int(speed)))/s  \(Human.duration(Double(max(0, total - bytes)) / speed)) left"
    }
    line.show(text + "  " + file)
  }
}
