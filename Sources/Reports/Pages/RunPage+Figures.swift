import Foundation

extension RunPage {
  /// The most important numbers.
  var keyFigures: HTML {
    let figures = [heldOut, exactMatch, preference, training, parameters, speed, time, memory, energy].compactMap(
      \.self)
    return "<dl class=\"figures\">\(figures)</dl>"
  }

  private func figure(_ name: String, _ value: String, _ note: String = "") -> HTML {
    "<div><dt>\(name)</dt><dd>\(value)</dd>\(note.isEmpty ? nil : "<dd>\(note)</dd>" as HTML)</div>"
  }

  private var heldOut: HTML? {
    guard let loss = run.heldOutLoss else { return nil }
    var notes: [String] = []
    if let first = run.firstHeldOutLoss { notes.append("before \(Human.fixed(first, 4))") }
    if run.steps["margin"] == nil { notes.append("perplexity \(Quantity.plain.text(exp(loss)))") }
    return figure("Held-out loss", Human.fixed(loss, 4), notes.joined(separator: ", "))
  }

  private var exactMatch: HTML? {
    let shares = run.answers.compactMap { line -> Double? in
      guard let matches = line["matches"]?.doubleValue, let count = line["count"]?.doubleValue, count > 0 else {
        return nil
      }
      return matches / count
    }
    guard let last = shares.last else { return nil }
    return figure("Exact match", Human.percent(last), shares.count > 1 ? "before \(Human.percent(shares[0]))" : "")
  }

  private var preference: HTML? {
    guard run.steps["margin"] != nil else { return nil }
    let isHeldOut = run.evaluations["margin"] != nil
    let source = isHeldOut ? run.evaluations : run.steps
    guard let accuracy = source["accuracy"]?.values.last, let margin = source["margin"]?.values.last else { return nil }
    return figure(
      "Chosen preferred", Human.percent(accuracy),
      "margin \(Quantity.plain.text(margin))\(isHeldOut ? ", held out" : ", last step")")
  }

  private var training: HTML? {
    run.trainingLoss.map { figure("Training loss", Human.fixed($0, 4), "average of the last steps") }
  }

  private var parameters: HTML? {
    guard let trained = run.trainableParameters else { return nil }
    let all = run.start["parameters"]?.intValue ?? trained
    let share = Human.percent(Double(trained) / Double(max(1, all)))
    return figure("Trained parameters", Human.count(trained), "\(share) of \(Human.count(all))")
  }

  private var speed: HTML? {
    guard let speed = run.tokensPerSecond else { return nil }
    let tokens = run.steps["tokens"]?.values.reduce(0, +) ?? 0
    return figure(
      "Tokens per second", Human.count(Int(clamping: speed)), "\(Human.count(Int(clamping: tokens))) tokens in total")
  }

  private var time: HTML? {
    guard run.totalSeconds > 0 else { return nil }
    return figure(
      "Time", Human.duration(run.totalSeconds), run.sessions.count > 1 ? "in \(run.sessions.count) sessions" : "")
  }

  private var memory: HTML? {
    run.peakMemoryBytes.map { figure("Peak memory", Human.bytes($0)) }
  }

  private var energy: HTML? {
    run.energy(statedWatts: statedWatts).map { energy in
      figure(
        "Energy", "\(Quantity.plain.text(energy.wattHours)) Wh",
        "\(Quantity.plain.text(energy.kilograms * 1000)) g CO₂e, \(energy.isMeasured ? "measured" : "assumed")")
    }
  }
}
