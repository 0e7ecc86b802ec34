import Autodiff
import InstructionData
import LanguageModels

/// Pairs laid end to end for a reward model, each prompt once: both answers attend to it and not to each other, and each
/// is read at its last token.
public struct PackedAnswers {
  /// All prompts and answers, whole.
  public let layout: SequenceLayout
  /// The rows of the answers' last tokens, ascending: a pair's better answer, then its worse one.
  public private(set) var lastRows: [Int] = []
  /// Each pair's part of ``lastRows``; empty where there is no such answer.
  public private(set) var chosen: [Range<Int>] = [], rejected: [Range<Int>] = []

  /// Lays pairs end to end.
  public init(_ pairs: [PreferenceExample]) {
    var shared = SharedPromptLayout()
    for pair in pairs {
      let prompt = shared.add(prompt: pair.prompt)
      for (answer, isChosen) in [(pair.chosen, true), (pair.rejected, false)] {
        let (rows, first) = (shared.add(answer: answer[...], to: prompt), lastRows.count)
        if !rows.isEmpty { lastRows.append(rows.upperBound - 1) }
        if isChosen { chosen.append(first..<lastRows.count) } else { rejected.append(first..<lastRows.count) }
      }
    }
    layout = shared.layout
  }
}

extension LanguageModel {
  /// A reward model's scores of both answers of some pairs, `[pairs]` each, in float32; 0 where there is no answer.
  public func rewards(of pairs: PackedAnswers) -> (chosen: Variable, rejected: Variable) {
    let scores = scores(states(pairs.layout, rows: pairs.lastRows), rows: Array(pairs.lastRows.indices))
    return (scores.sums(over: pairs.chosen), scores.sums(over: pairs.rejected))
  }

  /// A reward model's scores of both answers of pairs, some at a time; nothing is remembered for gradients.
  public func rewards(of pairs: [PreferenceExample]) -> [AnswerScores] {
    groups(of: pairs, tokensAtATime: 2048).flatMap { group in
      withoutGradients {
        let (chosen, rejected) = rewards(of: PackedAnswers(Array(group)))
        return zip(chosen.value.array, rejected.value.array).map { AnswerScores(chosen: $0, rejected: $1) }
      }
    }
  }
}
