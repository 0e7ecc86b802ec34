import Reports

/// Tables that set runs side by side.
enum ComparisonTables {
  /// The results of the runs and what they cost.
  static func results(_ runs: [Comparison.Run]) -> String {
    var table = Table(columns: [
      .left("run"), .right("held-out loss"), .right("training loss"), .right("trained parameters"), .right("steps"),
      .right("time"), .right("peak memory"),
    ])
    for run in runs {
      let record = run.record
      table.add([
        run.name, record.heldOutLoss.map { Human.fixed($0, 4) } ?? "-",
        record.trainingLoss.map { Human.fixed($0, 4) } ?? "-",
        record.trainableParameters.map { Human.count($0) } ?? "-",
        "\(record.lastStep)" + (record.isComplete ? "" : " so far"), Human.duration(record.totalSeconds),
        record.peakMemoryBytes.map { Human.bytes($0) } ?? "-",
      ])
    }
    return table.text
  }

  /// The keys in which the recipes differ.
  static func recipes(_ differences: [Comparison.Difference], _ names: [String]) -> String {
    var table = Table(columns: [.left("recipe")] + names.map { .left($0) })
    for difference in differences {
      table.add([difference.keyPath] + difference.values.map { Self.short($0 ?? "-") })
    }
    return table.text
  }

  private static func short(_ text: String) -> String { text.count > 40 ? text.prefix(39) + "…" : text }
}
