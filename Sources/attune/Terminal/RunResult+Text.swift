import InputFiles
import Runs
import Training

extension RunResult {
  /// What is shown after the last step: time and memory, where the result is, and the commands that use it.
  func lines(after summary: RunSummary) -> [String] {
    var lines: [String] = []
    if isEarly {
      lines.append("Stopped early at step \(step): the held-out loss has stopped falling (training.patience).")
    }
    lines.append("Done in \(Human.duration(seconds)), peak memory \(Human.bytes(peakMemoryBytes())).")
    guard let file else { return lines }
    let base = summary.adapter == nil ? nil : shellWord(summary.model)
    let path = shellWord(file)
    let model = "--model " + (base.map { "\($0) --adapter \(path)" } ?? path)
    let folder = file.folderOfPath
    lines.append("The \(base == nil ? "model" : "adapter") is \(file). Try it:")
    lines.append(
      summary.isRewardModel
        ? "  attune evaluate \(model) --data PAIRS.jsonl" : "  attune generate \(model) --chat \"…\"")
    if base == nil || summary.canMerge { lines.append("As a folder that transformers loads:") }
    if let base {
      if summary.canMerge {
        lines.append("  attune merge --model \(base) --adapter \(path) --output \(shellWord("\(folder)/merged"))")
      }
    } else {
      lines.append("  attune convert \(path) \(shellWord("\(folder)/model"))")
    }
    return lines + ["The report is \(folder)/report.html."]
  }
}
