import Checkpoints
import Diagnostics
import Foundation
import LanguageModels
import OutputFiles
import Recipes

/// Best-of-n: of several drawn answers the one with the highest score (rejection sampling, 2307.09288, §3.2.3).
struct BestOf {
  let options: BestOfOptions
  let writer: Writer
  let compute: ComputeOptions
  private let reward: RewardJudge?
  private let implicit: ImplicitJudge?

  /// Opens what scores.
  ///
  /// - Throws: `UserError`.
  init(_ options: BestOfOptions, _ writer: Writer, _ files: ModelFiles, _ compute: ComputeOptions) throws {
    (self.options, self.writer, self.compute) = (options, writer, compute)
    if options.isImplicit {
      var trained = files
      if let path = options.rewardAdapter { try trained.openAdapter(at: path) }
      try trained.requireLanguageModel()
      (reward, implicit) = (nil, ImplicitJudge(beta: options.beta ?? 0.1, files: trained))
    } else {
      implicit = nil
      reward = try options.reward.map { try RewardJudge($0, adapter: options.rewardAdapter, writing: files) }
    }
  }

  /// Draws answers to all prompts and scores them. The model that writes is out of memory again before the weights of one
  /// that scores are read.
  ///
  /// - Throws: `UserError`.
  func candidates(to questions: [Question], _ files: ModelFiles) throws -> [Candidates] {
    var drawn = try draw(questions, files)
    try reward?.score(&drawn, compute)
    if let path = options.picks { try write(picks: drawn, to: path) }
    return drawn
  }

  private func draw(_ questions: [Question], _ files: ModelFiles) throws -> [Candidates] {
    let model = try files.model(precision: compute.precision ?? .float32, trainable: false, seed: 0)
    let (count, total) = (options.bestOf ?? 1, questions.count * (options.bestOf ?? 1))
    var line = ProgressLine()
    var drawn = try writer.candidates(model, behind: questions, count: count) {
      line.show("drawn \($0) of \(total) answers")
    }
    line.finish()
    try implicit?.score(&drawn, with: model)
    return drawn
  }

  /// Writes the best answers as records, all at once.
  private func write(picks: [Candidates], to path: String) throws {
    let records = picks.compactMap(\.record)
    let text = records.map { $0.compactText + "\n" }.joined()
    try writeAtomically(Data(text.utf8), to: URL(fileURLWithPath: path))
    let left = picks.count - records.count
    Console.message(
      "\(path) holds \(records.count) records"
        + (left > 0 ? "; \(left) best answers were cut off by --max-new-tokens and are left out." : "."))
  }
}
