import StrictJSON

/// Several runs side by side.
package struct Comparison: Sendable {
  /// One of the runs.
  package struct Run: Sendable {
    /// Its name: the path that the user gave.
    package let name: String
    /// Its metrics.
    package let record: RunRecord
    /// Its resolved recipe.
    package let recipe: [RecipeEntry]
    /// The power of its machine in watts, as stated by the user.
    package let statedWatts: Double?
    /// The loss of each held-out record; nil if the run stored none.
    package let losses: RecordLosses?

    /// Creates a run.
    ///
    /// - Throws: `UserError` of kind `file` if the file with the losses of its records is damaged.
    package init(_ name: String, _ record: RunRecord, recipe: [RecipeEntry], statedWatts: Double?) throws {
      (self.name, self.record, self.recipe, self.statedWatts) = (name, record, recipe, statedWatts)
      losses = try RecordLosses(readingFrom: record.folder)
    }

    /// Its energy, if it is known.
    package var energy: EnergyUse? { record.energy(statedWatts: statedWatts) }
  }

  /// A comparison of two runs' held-out losses.
  package struct Pair: Sendable {
    /// The first run's name.
    package let first: String
    /// The second run's name.
    package let second: String
    /// The second run's loss minus the first's, or why they cannot be compared.
    package let result: Result<PairedDifference, Unpaired>
  }

  /// A key in which the recipes differ.
  package struct Difference: Sendable, Equatable {
    /// `optimizer.learning_rate`.
    package let keyPath: String
    /// Each run's value; nil if its recipe has no such key.
    package let values: [String?]
  }

  /// The runs.
  package let runs: [Run]

  /// Compares runs.
  package init(_ runs: [Run]) { self.runs = runs }

  /// The keys in which the recipes differ, in the order of the documentation, except for the output folder.
  package var recipeDifferences: [Difference] {
    var keys: [String] = []
    for run in runs {
      for entry in run.recipe where !keys.contains(entry.keyPath) && entry.keyPath != "output" {
        keys.append(entry.keyPath)
      }
    }
    return keys.compactMap { key in
      let values = runs.map { run in run.recipe.first { $0.keyPath == key }?.value }
      return Set(values).count > 1 ? Difference(keyPath: key, values: values) : nil
    }
  }

  /// The first run compared with each other run.
  package var pairs: [Pair] {
    guard let first = runs.first else { return [] }
    return runs.dropFirst().map { Self.pair(first, $0) }
  }

  /// A comparison of two runs.
  package static func pair(_ first: Run, _ second: Run) -> Pair {
    let result: Result<PairedDifference, Unpaired>
    if let mine = first.losses, let others = second.losses {
      result = Result { () throws(Unpaired) in try mine.difference(to: others) }
    } else {
      result = .failure(Unpaired(reason: "at least one did not store the losses of held-out records"))
    }
    return Pair(first: first.name, second: second.name, result: result)
  }
}

extension Comparison.Pair {
  /// The result in a sentence.
  package var sentence: String {
    switch result {
    case .failure(let unpaired): return "\(first) and \(second): no comparison record by record: \(unpaired.reason)."
    case .success(let difference):
      let interval =
        "\(Int((PairedDifference.confidence * 100).rounded())) % interval \(Human.fixed(difference.lower, 4)) to "
        + "\(Human.fixed(difference.upper, 4)), \(difference.records) records"
      if difference.records < PairedDifference.fewestRecords {
        return "\(first) and \(second): no difference shown: \(difference.records) records are too few."
      }
      guard difference.isShown else {
        return
          "\(first) and \(second): no difference shown in held-out loss "
          + "(\(Human.fixed(difference.estimate, 4)); \(interval))."
      }
      let (better, worse) = difference.estimate < 0 ? (second, first) : (first, second)
      return
        "\(better) has a lower held-out loss than \(worse), by \(Human.fixed(abs(difference.estimate), 4)) "
        + "(\(second) minus \(first): \(interval))."
    }
  }

  /// The pair in a `--json` document.
  var json: JSONValue {
    switch result {
    case .failure(let unpaired):
      return ["first": .string(first), "second": .string(second), "reason": .string(unpaired.reason)]
    case .success(let difference):
      return [
        "first": .string(first), "second": .string(second), "difference": .double(difference.estimate),
        "lower": .double(difference.lower), "upper": .double(difference.upper),
        "confidence": .double(PairedDifference.confidence), "records": .integer(difference.records),
        "shown": .bool(difference.isShown),
      ]
    }
  }
}

extension Comparison {
  /// The document of `attune compare --json`.
  package var json: JSONValue {
    [
      "runs": .array(runs.map(\.json)),
      "recipe": .array(
        recipeDifferences.map { difference in
          [
            "key": .string(difference.keyPath),
            "values": .array(difference.values.map { $0.map { .string($0) } ?? .null }),
          ]
        }),
      "differences": .array(pairs.map(\.json)),
    ]
  }
}

extension Comparison.Run {
  /// The run in a `--json` document.
  package var json: JSONValue {
    func number(_ value: Double?) -> JSONValue { value.map { .double($0) } ?? .null }
    func integer(_ value: Int?) -> JSONValue { value.map { .integer($0) } ?? .null }
    return [
      "run": .string(name), "complete": .bool(record.isComplete), "steps": .integer(record.lastStep),
      "held_out_loss": number(record.heldOutLoss), "best_held_out_loss": number(record.bestHeldOutLoss?.value),
      "training_loss": number(record.trainingLoss), "parameters": integer(record.start["parameters"]?.intValue),
      "trainable_parameters": integer(record.trainableParameters), "seconds": .double(record.totalSeconds),
      "tokens_per_second": number(record.tokensPerSecond), "peak_memory_bytes": integer(record.peakMemoryBytes),
      "energy": energy?.json ?? .null,
    ]
  }
}
