import Autodiff
import InstructionData
import LanguageModels

/// Pairs laid end to end, each prompt once: both answers attend to it and not to each other, and their positions go on
/// from its last. What comes out is what the answers would give behind a prompt each of their own.
public struct PackedPairs {
  /// All prompts and answers; answers without their last tokens, which predict nothing.
  public let layout: SequenceLayout
  /// The rows of the layout that predict a token of an answer, ascending, each once.
  public private(set) var wantedRows: [Int] = []
  /// For every token of an answer, the place among ``wantedRows`` of the row that predicts it. The prompt's last row
  /// stands here twice: it predicts the first token of both.
  public private(set) var rows: [Int] = []
  /// The tokens that they should predict.
  public private(set) var targets: [Int32] = []
  /// Each pair's part of `rows` and `targets`; empty where there is no such answer.
  public private(set) var chosen: [Range<Int>] = [], rejected: [Range<Int>] = []

  /// Lays pairs end to end.
  public init(_ pairs: [PreferenceExample]) {
    var shared = SharedPromptLayout()
    for pair in pairs {
      let prompt = shared.add(prompt: pair.prompt)
      let last = wantedRows.count
      wantedRows.append(prompt.upperBound - 1)
      for (answer, isChosen) in [(pair.chosen, true), (pair.rejected, false)] {
        let (predicting, first) = (shared.add(answer: answer.dropLast(), to: prompt), rows.count)
        if !answer.isEmpty { rows += [last] + (wantedRows.count..<wantedRows.count + predicting.count) }
        wantedRows += predicting
        targets += answer
        if isChosen { chosen.append(first..<rows.count) } else { rejected.append(first..<rows.count) }
      }
    }
    layout = shared.layout
  }
}

extension LanguageModel {
  /// `log π(y|x) = Σ log p(token)` of both answers of some pairs, `[pairs]` each, in float32; 0 where there is no answer.
  public func logProbabilities(of pairs: PackedPairs) -> (chosen: Variable, rejected: Variable) {
    let losses = losses(states(pairs.layout, rows: pairs.wantedRows), rows: pairs.rows, targets: pairs.targets).losses
    return (-losses.sums(over: pairs.chosen), -losses.sums(over: pairs.rejected))
  }
}
