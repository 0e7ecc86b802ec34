import Adapters
import Checkpoints
import Diagnostics
import LanguageModels
import StrictJSON

extension ModelFiles {
  /// Whether the model scores answers instead of writing them.
  public var isRewardModel: Bool { configuration.head == .score }

  /// The same body with a reward model's head; a reward model's files unchanged.
  ///
  /// - Parameter seed: decides the head's values where the weights have none.
  /// - Throws: `UserError` of kind `file` for a configuration that cannot be read.
  public func asRewardModel(seed: UInt64) throws -> ModelFiles {
    if isRewardModel { return self }
    let object = try JSONValue(parsing: contents.configuration.utf8)
    let changes = configuration.rewardModelMembers(padding: object["pad_token_id"]?.intValue, endings: stopIDs)
    var files = self
    (files.configuration, files.scoreSeed) = (configuration.forRewardModel, seed)
    files.contents.configuration = object.replacing(changes).compactText
    return files
  }

  /// Refuses a reward model where tokens are to be predicted.
  ///
  /// - Throws: `UserError` of kind `file`.
  public func requireLanguageModel() throws {
    guard isRewardModel else { return }
    throw UserError.file(
      "\(adapter?.path ?? place): is a reward model: it scores answers and has no language-model "
        + "head to predict tokens with; `attune evaluate` and `attune generate --best-of N --reward` use it")
  }

  /// Refuses a language model where answers are to be scored.
  ///
  /// - Throws: `UserError` of kind `file`.
  public func requireRewardModel() throws {
    if isRewardModel { return }
    throw UserError.file(
      "\(place): is a language model, and has no '\(OutputHead.scoreWeight)' to score answers with; "
        + "`objective: reward` trains one")
  }
}

extension WeightsSource {
  /// Whether an adapter's configuration says that it is one of a reward model.
  var isOfRewardModel: Bool {
    let task = (try? JSONValue(parsing: configuration.utf8))?["task_type"]
    return task == .string(AdapterConfiguration.rewardTask)
  }
}
