import InstructionData
import Runs

extension RunSummary {
  /// What is shown before the first step: model, adapter, data, steps and memory, one line each.
  var lines: [String] {
    let share = Double(parameters.trainable) / Double(max(1, parameters.all))
    let tensors = memory.tensors
    return [
      "  model      \(model): \(Human.count(parameters.all)) parameters, "
        + "\(Human.count(parameters.trainable)) trained (\(Human.percent(share)))"
    ] + (adapter.map { ["  adapter    \($0)"] } ?? [])
      + Self.lines("train   ", sources) + Self.lines("held out", heldOut) + [
        "  template   \(template.rawValue)",
        "  steps      \(steps), into \(output)"
          + (sharedPart > 0 ? "; shared prefixes save \(Human.percent(sharedPart)) of the tokens" : ""),
        "  memory     about \(Human.bytes(memory.peak)), including "
          + "\(Human.bytes(tensors.weights + tensors.gradients + tensors.moments)) for weights, gradients and moments",
      ]
  }

  private static func lines(_ title: String, _ reports: [SourceReport]) -> [String] {
    reports.map { "  \(title)   \(reports.count > 1 ? $0.name + ", " : "")\($0.summary)" }
  }
}

extension SourceReport {
  /// The file, its records and tokens, and what was left out or cut.
  fileprivate var summary: String {
    var text =
      "\(path): \(Human.count(records)) records, \(Human.count(tokens)) tokens, "
      + "\(Human.percent(Double(trainedTokens) / Double(max(1, tokens)))) trained on"
    for (count, name) in [
      (dropped, "too long and dropped"), (truncated, "truncated"), (empty, "empty and dropped"),
      (equalAnswers, "with equal answers"),
    ] where count > 0 { text += ", \(count) \(name)" }
    return text
  }
}
