import Checkpoints
import Foundation
import Hashing
import Inference
import InputFiles
import InstructionData
import LanguageModels
import OutputFiles
import Recipes
import StrictJSON
import Tensors
import Training

/// A reference's scores of all answers of a run: computed once, before training, and kept in the output folder, so that
/// training never has two models in memory.
struct ReferenceScoring {
  /// All that is scored, training records first.
  private let examples: [PreferenceExample]
  /// Identifies the reference's weights, the precision and the tokens of all examples.
  let digest: String
  /// Where the output folder keeps the scores.
  private let file: URL

  /// The name of the file in the output folder.
  static let fileName = "reference.json"

  /// Prepares to score the examples of a run.
  ///
  /// - Parameter reference: the model that scores.
  /// - Throws: `UserError` of kind `file` where its weights cannot be read.
  init(_ examples: [PreferenceExample], by reference: ModelFiles, _ recipe: Recipe) throws {
    self.examples = examples
    file = URL(fileURLWithPath: recipe.output).appendingPathComponent(Self.fileName)
    let hash = Digest()
    func update(_ text: String) { hash.update(text + "\n") }
    update("attune reference scores 1")
    update(recipe.model.precision.rawValue)
    if let source = reference.source {
      update(try weightsDigest(of: source, threads: Threads.count))
    } else {
      update("seed \(recipe.seed)")
    }
    update(reference.contents.configuration)
    for example in examples {
      for tokens in example.numbers {
        update("\(tokens.count)")
        hash.update(tokens)
      }
    }
    digest = hash.finishInHexadecimal()
  }

  /// How many examples are scored.
  var count: Int { examples.count }

  /// The scores in the output folder, if they are of the same reference and the same tokens.
  func kept() -> [AnswerScores]? {
    guard let data = try? InputFile(file.path).contents(limit: 1 << 30), let value = try? JSONValue(parsing: data),
      value["digest"]?.stringValue == digest,
      let chosen = value["chosen"]?.arrayValue, let rejected = value["rejected"]?.arrayValue,
      chosen.count == examples.count, rejected.count == examples.count
    else { return nil }
    let scores = zip(chosen, rejected).compactMap { chosen, rejected in
      chosen.doubleValue.flatMap { chosen in
        rejected.doubleValue.map { AnswerScores(chosen: Float(chosen), rejected: Float($0)) }
      }
    }
    return scores.count == examples.count && value["checksum"]?.stringValue == Self.checksum(scores) ? scores : nil
  }

  /// SHA-256 of the scores' bits: numbers that somebody has changed are not used.
  private static func checksum(_ scores: [AnswerScores]) -> String {
    let digest = Digest()
    for score in scores {
      digest.update(score.chosen.bitPattern)
      digest.update(score.rejected.bitPattern)
    }
    return digest.finishInHexadecimal()
  }

  /// Scores all examples.
  ///
  /// - Parameter onProgress: receives the number of examples that are done; decides whether to continue.
  /// - Returns: the scores, or nil if `onProgress` stopped it.
  func score(with model: LanguageModel, onProgress: (Int) -> TrainingFlow) -> [AnswerScores]? {
    model.scores(of: examples, onProgress: onProgress)
  }

  /// The scores as an objective looks them up.
  func reference(_ scores: [AnswerScores]) -> PreferenceReference { .scores(ReferenceScores(examples, scores)) }

  /// Keeps scores in the output folder.
  ///
  /// - Throws: `UserError` of kind `output`.
  func keep(_ scores: [AnswerScores]) throws {
    func numbers(_ values: [Float]) -> JSONValue { .array(values.map { .double(Double($0)) }) }
    let value: JSONValue = [
      "format": "log-probabilities of both answers by the reference, training records first", "digest": .string(digest),
      "checksum": .string(Self.checksum(scores)),
      "chosen": numbers(scores.map(\.chosen)), "rejected": numbers(scores.map(\.rejected)),
    ]
    try writeAtomically(Data((value.compactText + "\n").utf8), to: file)
  }
}

extension LanguageModel {
  /// Scores the answers of examples, some at a time.
  ///
  /// - Parameter onProgress: receives the number of examples that are done; decides whether to continue.
  /// - Returns: the scores, or nil if `onProgress` stopped it.
  func scores(of examples: [PreferenceExample], onProgress: (Int) -> TrainingFlow) -> [AnswerScores]? {
    let grouping = Grouping(examples, sharingPrefixes: sharesPrefixes)
    var scores: [AnswerScores] = []
    for group in grouping.groups {
      if onProgress(scores.count) == .stop { return nil }
      scores += self.scores(of: group.map { examples[$0] })
    }
    return onProgress(scores.count) == .stop ? nil : grouping.ordered(scores)
  }
}
