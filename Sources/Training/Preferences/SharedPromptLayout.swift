import LanguageModels
import Tensors

/// Prompts and answers laid end to end, each prompt once: its answers attend to it and not to each other, and their
/// positions go on from its last.
struct SharedPromptLayout {
  private var tokens: [Int32] = []
  private var positions: [Int] = []
  private var spans: [AttentionSpan] = []

  /// All of it.
  var layout: SequenceLayout { SequenceLayout(tokens: tokens, positions: positions, spans: spans) }

  /// Lays a prompt behind what is there.
  ///
  /// - Returns: its rows.
  mutating func add(prompt: [Int32]) -> Range<Int> {
    let rows = tokens.count..<tokens.count + prompt.count
    tokens += prompt
    positions += prompt.indices
    if !rows.isEmpty { spans.append(AttentionSpan(sequence: rows)) }
    return rows
  }

  /// Lays an answer, or what is wanted of it, behind what is there.
  ///
  /// - Parameter prompt: the rows of its prompt.
  /// - Returns: its rows.
  mutating func add(answer: ArraySlice<Int32>, to prompt: Range<Int>) -> Range<Int> {
    let rows = tokens.count..<tokens.count + answer.count
    tokens += answer
    positions += prompt.count..<prompt.count + answer.count
    if !rows.isEmpty {
      spans.append(AttentionSpan(queries: rows, keys: rows, context: prompt.isEmpty ? [] : [prompt]))
    }
    return rows
  }
}
