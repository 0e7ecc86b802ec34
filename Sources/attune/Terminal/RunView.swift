import Foundation
import InstructionData
import Recipes
import Training

/// Shows a run on the terminal: a summary, a line that moves with every step, evaluations, answers, the end.
final class RunView {
  private let recipePath: String
  private let isQuiet: Bool
  private var line = ProgressLine()
  private var steps = 0
  private var firstStep = 0
  private var output = ""
  private var start = ContinuousClock.now
  private var heldOutLoss: Double?

  init(recipePath: String, isQuiet: Bool) {
    self.recipePath = recipePath
    self.isQuiet = isQuiet
  }

  func show(_ event: RunEvent) {
    if case .warning(let text) = event {
      line.finish()
      Console.warning(text)
      return
    }
    guard !isQuiet else { return }
    switch event {
    case .summary(let summary): show(summary)
    case .resumed(let step):
      firstStep = step
      line.note("Going on behind step \(step).")
    case .alreadyFinished(let step): line.note("The run is finished: it is behind step \(step), the last one. Nothing to do.")
    case .training(let event): show(event)
    case .answers(let moment, let answers): show(answers, moment)
    case .samples(let moment, let samples):
      for sample in samples { line.note("\(moment.rawValue): \(sample.prompt) → \(sample.answer)") }
    case .finished(let result): show(result)
    case .warning: break
    }
  }

  private func show(_ summary: RunSummary) {
    steps = summary.steps
    output = summary.output
    start = .now
    let share = Double(summary.parameters.trainable) / Double(max(1, summary.parameters.all))
    line.note(Paint.onError.bold("attune run \(recipePath)"))
    line.note(
      "  model      \(summary.model): \(Human.count(summary.parameters.all)) parameters, "
        + "\(Human.count(summary.parameters.trainable)) trained (\(Human.percent(share)))")
    for (title, reports) in [("train   ", summary.sources), ("held out", summary.heldOut)] {
      for report in reports { line.note("  \(title)   \(describe(report))") }
    }
    line.note("  template   \(summary.template.rawValue)")
    line.note("  steps      \(summary.steps), into \(summary.output)")
    line.note("  memory     \(Human.bytes(summary.stateBytes)) for weights, gradients and moments, and the activations")
  }

  private func describe(_ report: SourceReport) -> String {
    var text =
      "\(report.path): \(Human.count(report.records)) records, \(Human.count(report.tokens)) tokens, "
      + "\(Human.percent(Double(report.trainedTokens) / Double(max(1, report.tokens)))) trained on"
    for (count, name) in [
      (report.dropped, "too long and dropped"), (report.truncated, "truncated"), (report.empty, "empty and dropped"),
    ] where count > 0 { text += ", \(count) \(name)" }
    return text
  }

  private func show(_ event: TrainingEvent) {
    switch event {
    case .step(let report):
      let elapsed = (ContinuousClock.now - start).inSeconds
      let left = elapsed / Double(max(1, report.step - firstStep)) * Double(steps - report.step)
      var text =
        "step \(report.step)/\(steps)  loss \(Human.fixed(report.loss, 4))  rate \(Human.rate(report.learningRate))  "
        + "\(Human.count(Int(report.tokensPerSecond))) tokens/s  \(Human.duration(left)) left"
      if let heldOutLoss { text += "  held out \(Human.fixed(heldOutLoss, 4))" }
      if report.isSkipped { text += "  skipped: not finite" }
      line.show(text)
    case .evaluation(let step, let report, let isBest):
      heldOutLoss = report.total.loss
      let parts = report.sources.count > 1
        ? report.sources.map { "\($0.name) \(Human.fixed($0.loss, 4))" }.joined(separator: ", ") + "; all " : ""
      line.note(
        "step \(step): held-out loss \(parts)\(Human.fixed(report.total.loss, 4)), perplexity "
          + "\(Human.fixed(report.total.perplexity, 2)), next token right \(Human.percent(report.total.accuracy))"
          + (isBest && step > 0 ? " (best so far)" : ""))
    case .checkpoint: break
    }
  }

  private func show(_ answers: [AnswerComparison], _ moment: RunEvent.Moment) {
    let matches = answers.count { $0.isMatch }
    line.note(
      Paint.onError.bold(
        "exact match \(moment.rawValue): \(matches) of \(answers.count) "
          + "(\(Human.percent(Double(matches) / Double(max(1, answers.count)))))"))
  }

  private func show(_ result: RunResult) {
    line.finish()
    guard result.isComplete else { return }
    line.note("Done in \(Human.duration(result.seconds)), peak memory \(Human.bytes(peakMemoryBytes())).")
    guard let file = result.file else { return }
    line.note("The model is \(file). Try it:")
    line.note("  attune generate --model \(file) --chat \"…\"")
  }
}
