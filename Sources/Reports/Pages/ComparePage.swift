import Foundation
import OutputFiles

/// Several runs on one page, their curves over each other.
package struct ComparePage {
  private let comparison: Comparison
  private let title: String

  /// A page about runs.
  package init(_ comparison: Comparison, title: String = "Comparison of runs") {
    (self.comparison, self.title) = (comparison, title)
  }

  /// Writes the page.
  ///
  /// - Throws: `UserError` of kind `output`.
  package func write(to url: URL) throws { try writeAtomically(Data(document.utf8), to: url) }

  /// The whole page.
  package var document: String {
    let sentences = comparison.pairs.map { pair -> HTML in "<p>\(pair.sentence)</p>" }
    let parts = [
      """
      <header><p class="brand">attune · comparison</p><h1>\(title)</h1><p>\(subtitle)</p></header>
      """,
      HTML.section("Results", id: "result", [results] + sentences),
      HTML.section(
        "Curves", id: "curves", charts.isEmpty ? [] : ["<div class=\"charts\">\(charts.map(\.figure))</div>"]),
      HTML.section("Recipes", id: "recipe", [differences]),
      "<footer>Made by attune from each run's metrics.jsonl, evaluation.json and recipe.yaml.</footer>" as HTML,
    ]
    return Page(title: "\(title) · attune", body: parts.compactMap(\.self)).document
  }

  private var runs: [Comparison.Run] { comparison.runs }

  private var subtitle: String { runs.map(\.name).joined(separator: ", ") }

  private var results: HTML {
    let best = runs.compactMap(\.record.heldOutLoss).min()
    let rows = runs.enumerated().map { index, run -> [HTML] in
      let record = run.record
      let loss = record.heldOutLoss.map { Human.fixed($0, 4) } ?? "—"
      let isBest = runs.count > 1 && record.heldOutLoss != nil && record.heldOutLoss == best
      return [
        "<span class=\"key color\(index % 6)\"></span>\(run.name)",
        isBest ? "<span class=\"right\">\(loss)</span>" : "\(loss)",
        "\(record.trainingLoss.map { Human.fixed($0, 4) } ?? "—")",
        "\(record.trainableParameters.map { Human.count($0) } ?? "—")", "\(record.lastStep)",
        "\(Human.duration(record.totalSeconds))", "\(record.peakMemoryBytes.map { Human.bytes($0) } ?? "—")",
        "\(run.energy.map { "\($0.isMeasured ? "" : "≈ ")\(Quantity.plain.text($0.wattHours)) Wh" } ?? "—")",
      ]
    }
    return HTML.table(
      "Results",
      columns: [
        ("run", false), ("held-out loss", true), ("training loss", true), ("trained parameters", true), ("steps", true),
        ("time", true), ("peak memory", true), ("energy", true),
      ], rows: rows)
  }

  private var charts: [Chart] {
    [
      chart("held-out-loss", "Held-out loss", .plain, isMarked: true) { $0.evaluations["loss"] },
      chart("loss", "Training loss, smoothed", .plain) { $0.steps["loss"]?.smoothed },
      chart("learning-rate", "Learning rate", .rate) { $0.steps["learning_rate"] },
      chart("gradient-norm", "Gradient norm, smoothed", .plain) { $0.steps["gradient_norm"]?.smoothed },
      chart("throughput", "Throughput, smoothed", .speed) { $0.steps["tokens_per_second"]?.smoothed },
      chart("margin", "Margin, smoothed", .plain) { $0.steps["margin"]?.smoothed },
      chart("accuracy", "Accuracy, held out", .share, isMarked: true) { $0.evaluations["accuracy"] },
    ].compactMap(\.self)
  }

  private func chart(
    _ id: String, _ title: String, _ quantity: Quantity, isMarked: Bool = false, _ series: (RunRecord) -> Series?
  ) -> Chart? {
    let lines = runs.enumerated().compactMap { index, run in
      series(run.record).map {
        Chart.Line(name: run.name, series: $0, color: index % 6, style: isMarked ? .marked : .line)
      }
    }
    guard lines.contains(where: { $0.series.count > 0 }) else { return nil }
    return Chart(
      id: id, title: title, quantity: quantity, lines: lines, isWide: id.hasSuffix("loss"),
      includesZero: quantity == .rate || quantity == .speed, mayBeLogarithmic: id == "loss" || id == "gradient-norm")
  }

  private var differences: HTML {
    let found = comparison.recipeDifferences
    guard !found.isEmpty else { return "<p>The recipes say the same, but for their output folders.</p>" }
    let rows = found.map { difference -> [HTML] in
      ["<code>\(difference.keyPath)</code>"] + difference.values.map { "<code>\($0 ?? "—")</code>" as HTML }
    }
    return HTML.table(
      "Differences of the recipes", columns: [("key", false)] + runs.map { ($0.name, false) }, rows: rows)
  }
}
