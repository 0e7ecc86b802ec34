import Runs
import StrictJSON
import Tensors

extension RunEstimate {
  /// The estimate as tables.
  var text: String {
    let limit = SystemMemory.limit
    var parts = Table(columns: [.left("memory"), .right(""), .left("")])
    let (all, trained) = (Human.count(parameters.all), Human.count(parameters.trained))
    let tensors = memory.tensors
    for (name, bytes, note) in [
      ("weights", tensors.weights, "\(model): \(all) parameters, \(trained) trained"),
      (
        "gradients", tensors.gradients,
        optimizer.isInBackward
          ? "the largest one, in float32; each is freed in the backward pass" : "of the trained parameters, in float32"
      ),
      ("moments", tensors.moments, "the optimizer's two moments, in \(optimizer.moments.rawValue)"),
      (
        "activations", tensors.activations,
        "\(longest.examples) examples at a time, at most \(Human.count(longest.tokens)) tokens"
          + (assumesLengths ? " (assumed: there is no tokenizer)" : "")
      ),
      ("buffers", tensors.buffers, "page rounding and fragmentation"),
      ("program", memory.program, "including libraries, tokenizer and records"),
      ("total", memory.peak, memory.verdict(limit)),
    ] { parts.add([name, Human.bytes(bytes), note]) }
    var lines = [parts.text, "", timeText]
    if !alternatives.isEmpty {
      var table = Table(columns: [.left("what changes the memory"), .right("peak"), .left("")])
      for alternative in alternatives {
        table.add([
          alternative.changes.joined(separator: " "), Human.bytes(alternative.memory.peak),
          alternative.memory.fits(in: limit) ? "fits" : "does not fit",
        ])
      }
      lines += ["", table.text]
    }
    return lines.joined(separator: "\n")
  }

  private var timeText: String {
    guard let time else { return "time: cannot be measured on a part of this model" }
    return "time: \(Human.duration(time.secondsPerStep)) per step (\(Human.count(Int(time.tokensPerSecond))) tokens/s, "
      + "measured on this machine with \(Threads.count) threads), \(Human.duration(time.seconds)) for \(time.steps) steps "
      + "and the evaluations"
  }

  /// The document of `attune estimate --json`.
  var json: JSONValue {
    let limit = SystemMemory.limit
    let tensors = memory.tensors
    return [
      "peak_memory_bytes": .integer(memory.peak), "weights_bytes": .integer(tensors.weights),
      "gradients_bytes": .integer(tensors.gradients), "moments_bytes": .integer(tensors.moments),
      "activations_bytes": .integer(tensors.activations), "buffers_bytes": .integer(tensors.buffers),
      "program_bytes": .integer(memory.program), "limit_bytes": .integer(limit),
      "fits": .bool(memory.fits(in: limit)), "parameters": .integer(parameters.all),
      "trainable_parameters": .integer(parameters.trained), "steps": time.map { .integer($0.steps) } ?? .null,
      "seconds_per_step": time.map { .double($0.secondsPerStep) } ?? .null,
      "seconds": time.map { .double($0.seconds) } ?? .null,
      "tokens_per_second": time.map { .double($0.tokensPerSecond) } ?? .null, "threads": .integer(Threads.count),
      "assumes_lengths": .bool(assumesLengths),
      "alternatives": .array(
        alternatives.map {
          [
            "changes": .array($0.changes.map { .string($0) }), "peak_memory_bytes": .integer($0.memory.peak),
            "fits": .bool($0.memory.fits(in: limit)),
          ]
        }),
    ]
  }
}

extension MemoryEstimate {
  /// Says whether it fits.
  fileprivate func verdict(_ limit: Int) -> String {
    fits(in: limit) ? "fits in \(Human.bytes(limit))" : "does not fit in \(Human.bytes(limit))"
  }
}
