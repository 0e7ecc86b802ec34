import StrictJSON

extension RunPage {
  /// The records and tokens of each file.
  var dataReport: [HTML] {
    let rows = [("train", "training"), ("held_out", "held out")].flatMap { key, use in
      (run.data?[key]?.arrayValue ?? []).map { dataRow($0, use) }
    }
    guard !rows.isEmpty else { return [] }
    let columns = [
      ("file", false), ("use", false), ("records", true), ("examples", true), ("tokens", true), ("trained on", true),
      ("longest", true), ("left out", true), ("truncated", true),
    ]
    return [HTML.table("Data", columns: columns, rows: rows), contributions, filling].compactMap(\.self)
      + (run.data?["template"]?.stringValue.map { ["<p class=\"note\">Template: \($0).</p>"] } ?? [])
  }

  /// What each training file contributes to the run, if there are several; until the run has ended, the planned
  /// amounts.
  private var contributions: HTML? {
    guard let sources = (run.end ?? run.start)["sources"]?.arrayValue, sources.count > 1 else { return nil }
    func count(_ source: JSONValue, _ key: String) -> HTML { "\(Human.count(source[key]?.intValue ?? 0))" }
    return HTML.table(
      run.end == nil ? "Planned contribution of each file" : "Contribution of each file",
      columns: [("file", false), ("examples", true), ("tokens", true), ("trained tokens", true), ("share", true)],
      rows: sources.map { source in
        [
          "\(source["name"]?.stringValue ?? "")", count(source, "examples"), count(source, "tokens"),
          count(source, "trained_tokens"), "\(Human.percent(source["share"]?.doubleValue ?? 0))",
        ]
      })
  }

  /// How evenly the micro-batches are filled.
  private var filling: HTML? {
    guard let values = run.steps["micro_batch_fill"]?.values, let worst = values.min() else { return nil }
    let mean = values.reduce(0, +) / Double(values.count)
    return """
      <p class="note">On average, a micro-batch has \(Human.percent(mean)) of the tokens of the largest one in its step; \
      in the least even step, \(Human.percent(worst)).</p>
      """
  }

  private func dataRow(_ source: JSONValue, _ use: String) -> [HTML] {
    func count(_ key: String) -> Int { source[key]?.intValue ?? 0 }
    let share = Double(count("trained_tokens")) / Double(max(1, count("tokens")))
    return [
      "\(source["path"]?.stringValue ?? "")", "\(use)", "\(Human.count(count("records")))",
      "\(Human.count(count("examples")))", "\(Human.count(count("tokens")))", "\(Human.percent(share))",
      "\(count("longest"))", "\(count("dropped") + count("empty"))", "\(count("truncated"))",
    ]
  }

  /// The values that differ from the defaults, and the complete recipe with these lines marked.
  var recipeReport: [HTML] {
    guard !recipe.isEmpty else { return [] }
    let changed = recipe.filter(\.isChanged)
    let rows = changed.map { entry -> [HTML] in
      [
        "<code>\(entry.keyPath)</code>", "<code>\(entry.value)</code>",
        "<code>\(entry.defaultValue.flatMap { $0 == "null" ? nil : $0 } ?? "—")</code>",
      ]
    }
    let lines = recipe.map { entry -> HTML in
      let text: HTML = "\(entry.keyPath): \(entry.value)"
      return entry.isChanged ? "<span class=\"changed\">\(text)</span>" : "<span>\(text)</span>"
    }
    return [
      HTML.table(
        "What differs from the defaults", columns: [("key", false), ("value", false), ("default", false)], rows: rows),
      "<details class=\"printed\"><summary>Complete recipe</summary><pre>\(HTML(markup: lines.map(\.markup).joined()))</pre></details>",
    ]
  }

  /// The machine, the program and the times.
  var environment: HTML {
    let last = run.sessions.last ?? run.start
    var entries: [(String, String)] = []
    func add(_ name: String, _ text: String?) {
      if let text, !text.isEmpty { entries.append((name, text)) }
    }
    func session(_ key: String) -> String? { last[key]?.stringValue ?? run.start[key]?.stringValue }
    let threads = last["threads"]?.intValue ?? run.start["threads"]?.intValue
    add("Processor", session("processor"))
    add("Threads", threads.map { "\($0)" })
    add("Machine memory", last["memory_bytes"]?.intValue.map { Human.bytes($0) })
    add("System", session("system"))
    add("Arithmetic", run.start["precision"]?.stringValue)
    add("Kernels", session("kernels"))
    add("OpenBLAS", session("openblas"))
    add("attune", session("version"))
    for (index, line) in run.sessions.enumerated() {
      let from = line["step"]?.intValue ?? 0
      add(
        run.sessions.count > 1 ? "Session \(index + 1)" : "Started",
        (line["time"]?.stringValue ?? "") + (from > 0 ? ", after step \(from)" : ""))
    }
    add("Ended", run.end?["time"]?.stringValue)
    add("Result", run.end?["result"]?.stringValue)
    if let energy = run.energy(statedWatts: statedWatts) {
      add(
        "Energy",
        "\(Quantity.plain.text(energy.wattHours)) Wh at \(Quantity.plain.text(energy.watts)) W "
          + (energy.isMeasured ? "(measured by the processor's counters)" : "(assumed from logging.watts)")
          + " and a power usage effectiveness of 1.1; \(Quantity.plain.text(energy.kilograms)) kg CO₂e at 0.385 kg per kWh"
      )
    }
    return "<dl class=\"environment\">\(entries.map { "<dt>\($0.0)</dt><dd>\($0.1)</dd>" as HTML })</dl>"
  }
}
