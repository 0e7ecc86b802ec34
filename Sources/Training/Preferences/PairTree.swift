import Autodiff
import InstructionData
import LanguageModels

/// Pairs as a tree, each prompt once: both answers see it and not each other.
public struct PairTree: Sendable {
  /// Prompts and answers.
  public let tree: SequenceTree
  /// The better and the worse answer of every pair, in the order of the tree.
  public let answers: [SequenceTree.Segment]
  /// The better answers; one without tokens means that there is no such answer.
  public let chosen: [SequenceTree.Segment]
  /// The worse answers; one without tokens means that there is no such answer.
  public let rejected: [SequenceTree.Segment]

  /// Which tokens of ``answers`` the model should write.
  let targets: [[Range<Int>]]

  /// Puts pairs into a tree.
  public init(_ pairs: [PreferenceExample]) {
    let (tree, answers) = SequenceTree.of(pairs.map(\.answeredPrompt))
    self.tree = tree
    self.answers = answers.flatMap { $0 }
    (chosen, rejected) = (answers.map { $0[0] }, answers.map { $0[1] })
    targets = pairs.flatMap { [$0.chosenTargets, $0.rejectedTargets] }
  }
}

extension PreferenceExample {
  /// The prompt with the better answer, then the worse one.
  var answeredPrompt: AnsweredPrompt { AnsweredPrompt(prompt: prompt, answers: [chosen, rejected]) }
}

extension LanguageModel {
  /// `log π(y|x) = Σ log p(token)` over the targets of both answers of some pairs, `[pairs]` each, in float32; 0 where
  /// there is no answer.
  public func logProbabilities(of pairs: PairTree) -> (chosen: Variable, rejected: Variable) {
    let targets = zip(pairs.answers, pairs.targets).map { (segment: $0, places: $1) }
    let predictions = pairs.tree.predictions(of: targets, sharingPrefixes: sharesPrefixes)
    let losses = losses(of: predictions).losses
    return (
      -losses.sums(over: pairs.chosen.map { predictions[$0] }),
      -losses.sums(over: pairs.rejected.map { predictions[$0] })
    )
  }

  /// A reward model's scores of both answers of some pairs, `[pairs]` each, in float32; 0 where there is no answer.
  public func rewards(of pairs: PairTree) -> (chosen: Variable, rejected: Variable) {
    let endings = pairs.tree.endings(of: pairs.answers, sharingPrefixes: sharesPrefixes)
    let scores = scores(of: endings)
    return (
      scores.sums(over: pairs.chosen.map { endings[$0] }), scores.sums(over: pairs.rejected.map { endings[$0] })
    )
  }
}
