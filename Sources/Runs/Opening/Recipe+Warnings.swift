import Adapters
import InstructionData
import LanguageModels
import Recipes

extension Recipe {
  /// What is worth knowing about the model, these records and the length of the run, although it is no mistake.
  ///
  /// - Parameter steps: how many steps the run has; nil if nothing is trained.
  public func warnings(
    about configuration: DecoderConfiguration, _ reports: [SourceReport], steps: Int? = nil
  ) -> [String] {
    var warnings = configuration.notes
    if case .steps(let warmup) = schedule.warmup, let steps, warmup > steps {
      warnings.append(
        "schedule.warmup_steps is \(warmup) and the run has \(steps) step\(steps == 1 ? "" : "s"): the learning rate "
          + "ends before it has reached its peak; expected a tenth of the steps or less")
    }
    if let steps, steps > 1, endsWithoutLearning(steps: steps) {
      warnings.append(
        "schedule.final_fraction is 0: the learning rate of step \(steps), the last one, is 0, so that it changes nothing; "
          + "expected a number above 0, such as 0.1")
    }
    let longest = min(data.maximumLength, reports.map(\.longest).max() ?? 0)
    let learned = adapter?.contextLength ?? 0
    if learned + longest > configuration.maximumPositions {
      warnings.append(
        (learned > 0
          ? "the adapter's \(learned) positions and the longest example's \(longest) tokens are together \(learned + longest)"
          : "the longest example has \(longest) tokens")
          + ", more than the model's max_position_embeddings of \(configuration.maximumPositions); "
          + "positions beyond it were never trained")
    }
    for report in reports where !report.unusedKeys.isEmpty {
      warnings.append("\(report.path): not read: \(report.unusedKeys.text)")
    }
    for report in reports where report.equalAnswers > 0 {
      warnings.append(
        "\(report.path): in \(report.equalAnswers) of \(report.examples) pairs both answers are equal; these teach "
          + "nothing about what is better")
    }
    return warnings + self.warnings(aboutNotesIn: reports) + self.warnings(aboutLabelsIn: reports)
  }
}
