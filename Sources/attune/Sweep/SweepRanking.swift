import Reports

/// The runs of a sweep, best first.
struct SweepRanking {
  /// The runs, ordered by loss.
  let runs: [Comparison.Run]

  init(_ runs: [Comparison.Run]) {
    self.runs = runs.sorted { Self.loss($0) < Self.loss($1) }
  }

  /// The run with the lowest loss; nil if no run has a finite one.
  var best: Comparison.Run? { runs.first.flatMap { Self.loss($0) < .infinity ? $0 : nil } }

  /// The names of the runs whose held-out records show no difference from the best.
  var equals: [String] {
    guard let best else { return [] }
    return runs.dropFirst().filter { run in
      if case .success(let difference) = Comparison.pair(best, run).result { !difference.isShown } else { false }
    }.map(\.name)
  }

  /// A hint for when the best value is the smallest or largest of its list: a better one may lie beyond it.
  func edgeHint(_ axes: [(key: String, values: [String])]) -> String? {
    guard let best else { return nil }
    for (key, values) in axes {
      let numbers = values.compactMap { Double($0) }
      guard numbers.count == values.count, numbers.count > 1,
        let value = best.recipe.first(where: { $0.keyPath == key }),
        let number = Double(value.value)
      else { continue }
      if number == numbers.max() { return "\(key)=\(value.value) is the largest value tried: try larger ones." }
      if number == numbers.min() { return "\(key)=\(value.value) is the smallest value tried: try smaller ones." }
    }
    return nil
  }

  private static func loss(_ run: Comparison.Run) -> Double {
    let loss = run.record.heldOutLoss ?? run.record.trainingLoss ?? .infinity
    return loss.isFinite ? loss : .infinity
  }
}
