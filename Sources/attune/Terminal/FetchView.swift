import Foundation
import ModelHub

/// Tells how a fetch goes: bytes, rate and time left.
final class FetchView {
  private let isQuiet: Bool
  private var line = ProgressLine()
  private var total = 0
  private var start: Double?

  /// Prepares to tell.
  init(isQuiet: Bool) {
    self.isQuiet = isQuiet
  }

  /// Tells an event.
  func show(_ event: FetchEvent) {
    switch event {
    case .unchecked(let file):
      line.finish()
      Console.warning("\(file) could not be checked: the hub tells no digest of it.")
    case _ where isQuiet: return
    case .planned(let files, let bytes, let present):
      total = bytes
      let there = present == 0 ? "" : ", \(present) of them there already"
      line.note("\(files) files, \(Human.bytes(bytes))\(there)")
    case .weightsNext: return
    case .waiting(let seconds, let reason):
      line.note(seconds > 0 ? "\(reason); tried again in \(Human.duration(seconds))" : reason)
    case .progress(let file, let bytes, let received): show(file, bytes, received)
    }
  }

  /// Ends the line.
  func finish() { line.finish() }

  private func show(_ file: String, _ bytes: Int, _ received: Int) {
    let now = ProcessInfo.processInfo.systemUptime
    let start = start ?? now
    self.start = start
    let rate = Double(received) / max(now - start, 0.001)
    var text = "\(Human.bytes(bytes)) of \(Human.bytes(total))"
    // What comes in the first moment says nothing about the rate.
    if now - start > 0.5, rate > 0 {
      text += "  \(Human.bytes(Int(rate)))/s  \(Human.duration(Double(max(0, total - bytes)) / rate)) left"
    }
    line.show(text + "  " + file)
  }
}
