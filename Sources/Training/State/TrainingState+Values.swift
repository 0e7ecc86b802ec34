import Checkpoints
import Diagnostics
import InstructionData

extension TrainingState {
  /// The state as a checkpoint's attributes.
  var values: [(name: String, value: StateValue)] {
    [
      ("step", .integer(step)), ("epoch", .real(epoch)), ("cursor_epoch", .integer(cursor.epoch)),
      ("cursor_position", .integer(cursor.position)), ("random_streams", .words([cursor.seed])),
      ("optimizer_steps", .integer(optimizer.stepCount)), ("skipped_in_a_row", .integer(skippedInARow)),
      ("evaluations_since_best", .integer(evaluationsSinceBest)), ("data_digests", .words(dataDigests)),
      ("model_digests", .words(modelDigests)),
    ] + (bestLoss.map { [("best_loss", .real($0))] } ?? []) + (isEvaluationDue ? [("evaluation_due", .integer(1))] : [])
  }

  /// Reads the state from a checkpoint's attributes.
  ///
  /// - Throws: `UserError` of kind `file` that names what is missing.
  mutating func restore(_ values: [String: StateValue], path: String) throws {
    func integer(_ name: String) throws -> Int {
      guard case .integer(let value) = values[name], value >= 0 else {
        throw UserError.file("\(path): /state holds no whole number '\(name)'")
      }
      return value
    }
    guard case .real(let epoch) = values["epoch"], case .words(let words) = values["random_streams"],
      let seed = words.first
    else { throw UserError.file("\(path): /state holds no 'epoch' or no 'random_streams'") }
    step = try integer("step")
    self.epoch = epoch
    cursor = BatchCursor(
      epoch: try integer("cursor_epoch"), position: try integer("cursor_position"), seed: seed)
    optimizer.stepCount = try integer("optimizer_steps")
    skippedInARow = try integer("skipped_in_a_row")
    if case .real(let loss) = values["best_loss"] { bestLoss = loss }
    guard case .words(let digests) = values["data_digests"] else {
      throw UserError.file("\(path): /state holds no words 'data_digests'")
    }
    dataDigests = digests
    isEvaluationDue = values["evaluation_due"] != nil
    // Older checkpoints do not hold these.
    if case .words(let digests) = values["model_digests"] { modelDigests = digests }
    if values["evaluations_since_best"] != nil { evaluationsSinceBest = try integer("evaluations_since_best") }
  }
}
