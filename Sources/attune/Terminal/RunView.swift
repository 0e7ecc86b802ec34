import Foundation
import InstructionData
import Recipes
import Training

/// Shows a run on the terminal: a summary, a line that moves with the steps, evaluations, answers, the end.
final class RunView {
  private let recipePath: String
  private let stepsPerLine: Int
  private let isQuiet: Bool
  private let isDryRun: Bool
  private var line = ProgressLine()
  private var steps = 0
  private var firstStep = 0
  private var start = ContinuousClock.now
  private var heldOutLoss: Double?
  /// What the adapter is trained on, where one is.
  private var base: String?
  private var isRewardModel = false
  /// Whether the adapter is a change of weights, which can be merged.
  private var canMerge = false
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
      if scored == total { line.note("The reference has scored \(Human.count(total)) records; it is read no more.") }
    case .resumed(let step):
      firstStep = step
      line.note("Going on behind step \(step).")
    case .alreadyFinished(let step):
      line.note("The run is finished: it is behind step \(step), the last one. Nothing to do.")
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
    steps = summary.steps
    base = summary.adapter == nil ? nil : summary.model
    isRewardModel = summary.isRewardModel
    canMerge = summary.canMerge
    start = .now
    let share = Double(summary.parameters.trainable) / Double(max(1, summary.parameters.all))
    line.note(Paint.onError.bold("attune run \(recipePath)"))
    line.note(
      "  model      \(summary.model): \(Human.count(summary.parameters.all)) parameters, "
        + "\(Human.count(summary.parameters.trainable)) trained (\(Human.percent(share)))")
    if let adapter = summary.adapter { line.note("  adapter    \(adapter)") }
    for (title, reports) in [("train   ", summary.sources), ("held out", summary.heldOut)] {
      for report in reports {
        line.note("  \(title)   \(reports.count > 1 ? report.name + ", " : "")\(describe(report))")
      }
    }
    line.note("  template   \(summary.template.rawValue)")
    line.note("  steps      \(summary.steps), into \(summary.output)")
    let tensors = summary.memory.tensors
    line.note(
      "  memory     about \(Human.bytes(summary.memory.peak)), of it "
        + "\(Human.bytes(tensors.weights + tensors.gradients + tensors.moments)) for weights, gradients and moments")
  }

  private func describe(_ report: SourceReport) -> String {
    var text =
      "\(report.path): \(Human.count(report.records)) records, \(Human.count(report.tokens)) tokens, "
      + "\(Human.percent(Double(report.trainedTokens) / Double(max(1, report.tokens)))) trained on"
    for (count, name) in [
      (report.dropped, "too long and dropped"), (report.truncated, "truncated"), (report.empty, "empty and dropped"),
      (report.equalAnswers, "with equal answers"),
    ] where count > 0 { text += ", \(count) \(name)" }
    return text
  }

  private func show(_ report: StepReport) {
    guard report.step.isMultiple(of: stepsPerLine) || report.step == steps || report.isSkipped || isDryRun else {
      return
    }
    let elapsed = (ContinuousClock.now - start).inSeconds
    let left = elapsed / Double(max(1, report.step - firstStep)) * Double(steps - report.step)
    var text =
      "step \(report.step)/\(steps)  loss \(Human.fixed(report.loss, 4))  rate \(Human.rate(report.learningRate))  "
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
    // The time of the evaluation before the first step is no part of a step's.
    if step == firstStep { start = .now }
  }

  /// Rewards of better and worse answers, and how often they are the right way round.
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

  /// Answers before training are kept, and shown beside those behind it.
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

  /// A text in one line that a terminal shows whole, or its beginning.
  private func oneLine(_ text: String, limit: Int = 240) -> String {
    if text.isEmpty { return "(nothing)" }
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ⏎ ")
    return line.count > limit ? line.prefix(limit - 1) + "…" : line
  }

  private func show(_ time: TimeEstimate, _ memory: MemoryEstimate) {
    line.note(
      "The run would take about \(Human.duration(time.seconds)): \(time.steps) steps of "
        + "\(Human.duration(time.secondsPerStep)) (\(Human.count(Int(time.tokensPerSecond))) tokens/s), and the "
        + "evaluations. Its memory: about \(Human.bytes(memory.peak)); this step took "
        + "\(Human.bytes(peakMemoryBytes())).")
  }

  private func show(_ result: RunResult) {
    line.finish()
    if isDryRun { return line.note("A dry run: one step was taken, nothing was written.") }
    guard result.isComplete else { return }
    if result.isEarly {
      line.note("Stopped early at step \(result.step): the held-out loss has fallen no more (training.patience).")
    }
    line.note("Done in \(Human.duration(result.seconds)), peak memory \(Human.bytes(peakMemoryBytes())).")
    guard let file = result.file else { return }
    line.note("The \(base == nil ? "model" : "adapter") is \(file). Try it:")
    let model = "--model " + (base.map { "\($0) --adapter \(file)" } ?? file)
    line.note(
      isRewardModel ? "  attune evaluate \(model) --data PAIRS.jsonl" : "  attune generate \(model) --chat \"…\"")
    let folder = (file as NSString).deletingLastPathComponent
    if base == nil || canMerge { line.note("As a folder that transformers loads:") }
    if let base {
      if canMerge { line.note("  attune merge --model \(base) --adapter \(file) --output \(folder)/merged") }
    } else {
      line.note("  attune convert \(file) \(folder)/model")
    }
    line.note("The report is \(folder)/report.html.")
  }
}
