import Foundation
import Inference
import InstructionData
import Runs
import Training

/// Shows a run on standard error: a summary, a line that follows the steps, evaluations, answers and the result.
final class RunView {
  private let recipePath: String
  private let stepsPerLine: Int
  private let isQuiet: Bool
  private let isDryRun: Bool
  private var line = ProgressLine(isLog: true)
  private var summary: RunSummary?
  private var firstStep = 0
  private var start = ContinuousClock.now
  private var heldOutLoss: Double?
  private var answersBefore: [String: String] = [:]

  init(recipePath: String, stepsPerLine: Int, isQuiet: Bool, isDryRun: Bool) {
    self.recipePath = recipePath
    self.stepsPerLine = max(1, stepsPerLine)
    self.isQuiet = isQuiet
    self.isDryRun = isDryRun
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
    case .reference(let scored, let total):
      line.show("the reference has scored \(scored) of \(total) records")
      if scored == total {
        line.note("The reference has scored \(Human.count(total)) records and is no longer needed.")
      }
    case .resumed(let step):
      firstStep = step
      line.note("Resuming after step \(step).")
    case .alreadyFinished(let step):
      line.note("The run is already finished, after step \(step). Nothing to do.")
    case .training(.step(let report)): show(report)
    case .training(.evaluation(let step, let report, let isBest)): show(report, step, isBest)
    case .training(.checkpoint), .warning: break
    case .answers(let moment, let answers): show(answers, moment)
    case .samples(let moment, let samples): show(samples, moment)
    case .estimated(let time, let memory): show(time, memory)
    case .finished(let result): show(result)
    }
  }

  private func show(_ summary: RunSummary) {
    self.summary = summary
    start = .now
    line.note(Paint.onError.bold("attune run \(recipePath)"))
    for text in summary.lines { line.note(text) }
  }

  private func show(_ report: StepReport) {
    let steps = summary?.steps ?? 0
    guard report.step.isMultiple(of: stepsPerLine) || report.step == steps || report.isSkipped || isDryRun else {
      return
    }
    let elapsed = (ContinuousClock.now - start).inSeconds
    let left = elapsed / Double(max(1, report.step - firstStep)) * Double(steps - report.step)
    var text =
      "step \(report.step)/\(steps)  loss \(Human.fixed(report.loss, 4))  "
      + "learning rate \(Human.rate(report.learningRate))  "
      + "\(Human.count(Int(report.tokensPerSecond))) tokens/s  \(Human.duration(left)) left"
    if let preferences = report.preferences { text += "  " + describe(preferences) }
    if let heldOutLoss { text += "  held out \(Human.fixed(heldOutLoss, 4))" }
    if report.isSkipped { text += "  skipped: not finite" }
    line.show(text)
  }

  private func show(_ report: EvaluationReport, _ step: Int, _ isBest: Bool) {
    heldOutLoss = report.total.loss
    let parts =
      report.sources.count > 1
      ? report.sources.map { "\($0.name) \(Human.fixed($0.loss, 4))" }.joined(separator: ", ") + "; all " : ""
    let more =
      report.total.preferences.map(describe)
      ?? "perplexity \(report.total.perplexity.map { Human.fixed($0, 2) } ?? "–"), next token right \(Human.percent(report.total.accuracy))"
    line.note(
      "step \(step): held-out loss \(parts)\(Human.fixed(report.total.loss, 4)), \(more)"
        + (isBest && step > 0 ? " (best so far)" : ""))
    // The evaluation before the first step does not count towards the time of a step.
    if step == firstStep { start = .now }
  }

  /// The mean rewards of chosen and rejected answers, and how often the chosen one has the higher reward.
  private func describe(_ preferences: PreferenceSums) -> String {
    func number(_ value: Double?) -> String { value.map { Human.fixed($0, 3) } ?? "–" }
    return "rewards \(number(preferences.chosenReward)) > \(number(preferences.rejectedReward))  "
      + "margin \(number(preferences.margin))  right \(preferences.accuracy.map { Human.percent($0) } ?? "–")"
  }

  private func show(_ answers: [AnswerComparison], _ moment: RunEvent.Moment) {
    line.note(
      Paint.onError.bold(
        "exact match \(moment.rawValue): \(answers.count(where: \.isMatch)) of \(answers.count) "
          + "(\(Human.percent(answers.exactMatch)))"))
  }

  /// Shows answers; those before training are kept and shown next to those after it.
  private func show(_ samples: [(prompt: String, answer: String)], _ moment: RunEvent.Moment) {
    for sample in samples {
      switch moment {
      case .before:
        answersBefore[sample.prompt] = sample.answer
        continue
      case .whileTraining:
        line.note("  \(oneLine(sample.prompt, limit: 60))  \(Paint.onError.bold(oneLine(sample.answer)))")
        continue
      case .after: break
      }
      line.note(oneLine(sample.prompt))
      if let before = answersBefore[sample.prompt] { line.note("  before  \(oneLine(before))") }
      line.note("  after   \(Paint.onError.bold(oneLine(sample.answer)))")
    }
  }

  /// A text on one line, cut off at a limit.
  private func oneLine(_ text: String, limit: Int = 240) -> String {
    if text.isEmpty { return "(nothing)" }
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ⏎ ")
    return line.count > limit ? line.prefix(limit - 1) + "…" : line
  }

  private func show(_ time: TimeEstimate, _ memory: MemoryEstimate) {
    line.note(
      "The run would take about \(Human.duration(time.seconds)): \(time.steps) steps of "
        + "\(Human.duration(time.secondsPerStep)) (\(Human.count(Int(time.tokensPerSecond))) tokens/s) and the "
        + "evaluations. It would need about \(Human.bytes(memory.peak)) of memory; this step needed "
        + "\(Human.bytes(peakMemoryBytes())).")
  }

  private func show(_ result: RunResult) {
    line.finish()
    if isDryRun { return line.note("Dry run: one step was taken, nothing was written.") }
    guard result.isComplete, let summary else { return }
    for text in result.lines(after: summary) { line.note(text) }
  }
}
