import LanguageModels

/// Scores answers with a preference-trained adapter: `β log π(y|x) / π_ref(y|x)`, the reference being the model without
/// it (2305.18290, equation 5, without the partition function, which is the same for all answers to a prompt).
struct ImplicitScorer {
  let beta: Double
  /// The model with the adapter.
  let files: ModelFiles

  /// Scores all answers with the model that wrote them.
  ///
  /// - Throws: `UserError` of kind `file` where the adapter does not fit.
  func score(_ candidates: inout [Candidates], with model: LanguageModel) throws {
    guard let adapter = try files.adapter(for: model) else { return }
    let answered = candidates.flatMap { asked in asked.answers.map { asked.question.answered(by: $0) } }
    model.attachments = adapter.attachments
    let policy = model.logProbabilities(of: answered).joined()
    model.attachments = .none
    let reference = model.logProbabilities(of: answered).joined()
    candidates.take(scores: zip(policy, reference).map { beta * (Double($0) - Double($1)) })
  }
}
