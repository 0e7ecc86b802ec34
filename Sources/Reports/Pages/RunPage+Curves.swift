import Foundation

extension RunPage {
  /// The charts of everything that changes over the steps.
  var curves: [HTML] {
    let charts = [loss, sources, rate, norm, speed, memory, rewards, margin, accuracy].compactMap(\.self)
    return charts.isEmpty ? [] : ["<div class=\"charts\">\(charts.map(\.figure))</div>"]
  }

  private var loss: Chart? {
    guard let losses = run.steps["loss"], losses.count > 0 else { return nil }
    var lines = [Chart.Line(name: "each step", series: losses, color: 0, style: .faint)]
    lines.append(Chart.Line(name: "smoothed", series: losses.smoothed, color: 0))
    if let heldOut = run.evaluations["loss"] {
      lines.append(Chart.Line(name: "held out", series: heldOut, color: 1, style: .marked))
    }
    var summary = ""
    if let best = run.bestHeldOutLoss {
      summary = "The lowest held-out loss is \(Human.fixed(best.value, 4)) at step \(Human.integer(best.step))."
    }
    if run.skipped > 0 {
      summary += " \(run.skipped) steps were skipped because the loss or the gradient was not finite."
    }
    return Chart(
      id: "loss", title: "Loss", summary: summary, quantity: .plain, lines: lines, isWide: true, mayBeLogarithmic: true)
  }

  private var sources: Chart? {
    guard run.sources.count > 1 else { return nil }
    let lines = run.sources.prefix(6).enumerated().map { index, source in
      Chart.Line(name: source.name, series: source.losses, color: index, style: .marked)
    }
    return Chart(id: "sources", title: "Held-out loss by source", quantity: .plain, lines: lines, isWide: true)
  }

  private var rate: Chart? {
    line("learning-rate", "Learning rate", run.steps["learning_rate"], .rate, color: 3, includesZero: true)
  }

  private var norm: Chart? {
    guard let norms = run.steps["gradient_norm"], norms.count > 0 else { return nil }
    let limit = value("optimizer.clip_norm").flatMap { Double($0) }
    let clipped = limit.map { limit in norms.values.count { $0 > limit } }
    return Chart(
      id: "gradient-norm", title: "Gradient norm",
      summary: limit.flatMap { limit in
        clipped.map { "Clipped at \(Quantity.plain.tick(limit)) in \($0) of \(norms.count) steps." }
      } ?? "Not clipped.",
      quantity: .plain,
      lines: [
        Chart.Line(name: "each step", series: norms, color: 2, style: .faint),
        Chart.Line(name: "smoothed", series: norms.smoothed, color: 2),
      ], mayBeLogarithmic: true)
  }

  private var speed: Chart? {
    guard let speeds = run.steps["tokens_per_second"], speeds.count > 0 else { return nil }
    return Chart(
      id: "throughput", title: "Throughput", quantity: .speed,
      lines: [
        Chart.Line(name: "each step", series: speeds, color: 4, style: .faint),
        Chart.Line(name: "smoothed", series: speeds.smoothed, color: 4),
      ], includesZero: true)
  }

  private var memory: Chart? {
    guard let bytes = run.steps["peak_memory_bytes"], let largest = bytes.values.max() else { return nil }
    let (unit, quantity): (Double, Quantity) = largest < 0x1p32 ? (0x1p20, .mebibytes) : (0x1p30, .gibibytes)
    let scaled = Series(zip(bytes.steps, bytes.values).map { ($0, $1 / unit) })
    return line("memory", "Peak memory so far", scaled, quantity, color: 5, includesZero: true)
  }

  private var rewards: Chart? {
    let lines = [("chosen_reward", "chosen", 2), ("rejected_reward", "rejected", 1)].flatMap { key, name, color in
      smoothed(key, name, color)
    }
    return lines.isEmpty ? nil : Chart(id: "rewards", title: "Rewards", quantity: .plain, lines: lines, isWide: true)
  }

  private var margin: Chart? {
    let lines = smoothed("margin", "margin", 0)
    return lines.isEmpty
      ? nil : Chart(id: "margin", title: "Margin", quantity: .plain, lines: lines, includesZero: true)
  }

  /// For preferences, the share of pairs whose chosen answer has the higher reward; otherwise the share of tokens that
  /// the model considers most likely.
  private var accuracy: Chart? {
    var lines = smoothed("accuracy", "training", 0)
    if let heldOut = run.evaluations["accuracy"], heldOut.count > 0 {
      lines.append(Chart.Line(name: "held out", series: heldOut, color: 1, style: .marked))
    }
    guard !lines.isEmpty else { return nil }
    return Chart(
      id: "accuracy", title: run.steps["margin"] == nil ? "Next-token accuracy" : "Chosen answer preferred",
      quantity: .share, lines: lines, isWide: run.steps["margin"] == nil)
  }

  /// A line of each step, and one of their averages.
  private func smoothed(_ key: String, _ name: String, _ color: Int) -> [Chart.Line] {
    guard let series = run.steps[key], series.count > 0 else { return [] }
    return [
      Chart.Line(name: "\(name), each step", series: series, color: color, style: .faint),
      Chart.Line(name: "\(name), smoothed", series: series.smoothed, color: color),
    ]
  }

  private func line(
    _ id: String, _ title: String, _ series: Series?, _ quantity: Quantity, color: Int, includesZero: Bool
  ) -> Chart? {
    guard let series, series.count > 0 else { return nil }
    return Chart(
      id: id, title: title, quantity: quantity, lines: [Chart.Line(name: title, series: series, color: color)],
      includesZero: includesZero)
  }
}
