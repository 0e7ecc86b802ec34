import Foundation
import LanguageModels
import OutputFiles
import StrictJSON
import Tensors

/// Best-of-n: of several sampled answers the one with the highest score (rejection sampling, 2307.09288, §3.2.3).
public struct BestOf {
  /// What scores the answers.
  public enum Reward: Sendable {
    /// A reward model at a path, with an adapter of its own.
    case model(path: String, adapter: String?)
    /// A preference-trained adapter: the one at a path, else the one that was opened with the model.
    case implicit(adapter: String?, beta: Double)
  }

  private let count: Int
  private let writer: AnswerWriter
  private let files: ModelFiles
  private let precision: ElementType
  private let model: RewardModelScorer?
  private let implicit: ImplicitScorer?

  /// Opens what scores; no weights are read.
  ///
  /// - Parameters:
  ///   - count: the answers to each question.
  ///   - writer: writes the answers, with the model of `files`.
  /// - Throws: `UserError`.
  public init(
    _ count: Int, by reward: Reward, _ writer: AnswerWriter, _ files: ModelFiles, precision: ElementType
  ) throws {
    (self.count, self.writer, self.files, self.precision) = (count, writer, files, precision)
    switch reward {
    case .model(let path, let adapter):
      (model, implicit) = (try RewardModelScorer(path, adapter: adapter, writing: files), nil)
    case .implicit(let adapter, let beta):
      var trained = files
      if let adapter { try trained.openAdapter(at: adapter) }
      try trained.requireLanguageModel()
      (model, implicit) = (nil, ImplicitScorer(beta: beta, files: trained))
    }
  }

  /// What is worth knowing about a reward model.
  public var notes: [String] { model?.notes ?? [] }

  /// Samples answers to all questions and scores them. The weights of the model that writes are freed before those of a
  /// reward model are read.
  ///
  /// - Parameter onProgress: called with the number of answers that have been written.
  /// - Throws: `UserError`.
  public func candidates(for questions: [Question], onProgress: (Int) -> Void) throws -> [Candidates] {
    var candidates = try sampled(questions, onProgress)
    try model?.score(&candidates, precision: precision)
    return candidates
  }

  private func sampled(_ questions: [Question], _ onProgress: (Int) -> Void) throws -> [Candidates] {
    let model = try files.model(precision: precision)
    var done = 0
    let answers = try writer.answers(to: questions.flatMap { Array(repeating: $0, count: count) }, with: model) { _ in
      done += 1
      onProgress(done)
    }
    var candidates = questions.enumerated().map { index, question in
      Candidates(question: question, answers: Array(answers[index * count..<(index + 1) * count]))
    }
    try implicit?.score(&candidates, with: model)
    return candidates
  }
}

extension [Candidates] {
  /// Writes the best answers as records to train on, all at once; those that were cut off are left out.
  ///
  /// - Returns: the number of records.
  /// - Throws: `UserError` of kind `output`.
  public func writeRecords(to path: String) throws -> Int {
    let records = compactMap(\.record)
    let text = records.map { $0.compactText + "\n" }.joined()
    try writeAtomically(Data(text.utf8), to: URL(fileURLWithPath: path))
    return records.count
  }
}
