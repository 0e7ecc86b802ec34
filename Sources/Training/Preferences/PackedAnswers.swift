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
    var (tokens, positions, spans): ([Int32], [Int], [AttentionSpan]) = ([], [], [])
    for pair in pairs {
      let prompt = tokens.count..<tokens.count + pair.prompt.count
      tokens += pair.prompt
      positions += pair.prompt.indices
      if !prompt.isEmpty { spans.append(AttentionSpan(sequence: prompt)) }
      for (answer, isChosen) in [(pair.chosen, true), (pair.rejected, false)] {
        let (rows, first) = (tokens.count..<tokens.count + answer.count, lastRows.count)
        tokens += answer
        positions += prompt.count..<prompt.count + answer.count
        if !rows.isEmpty {
          spans.append(AttentionSpan(queries: rows, keys: rows, context: prompt.isEmpty ? [] : [prompt]))
          lastRows.append(rows.upperBound - 1)
        }
        if isChosen { chosen.append(first..<lastRows.count) } else { rejected.append(first..<lastRows.count) }
      }
    }
    layout = SequenceLayout(tokens: tokens, positions: positions, spans: spans)
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
