import InstructionData
import Recipes
import Runs

/// A preview as text. What is trained on is green, underlined on a terminal without colours, and in ⟦ ⟧ in a file or pipe.
struct PreviewView {
  let preview: Preview
  let examples: [Example]
  let policy: LengthPolicy
  /// What is worth knowing about the records, by their places.
  let notes: [ExampleOrigin: [RecordNote]]

  func show() {
    for example in examples { Console.output(text(of: example)) }
    Console.output(lengths)
    Console.output(effect)
    if let lost { Console.output("\n" + lost) }
  }

  private func text(of example: Example) -> String {
    let path = preview.data.sources[example.origin.source].source.path
    let count = example.tokens.count
    let isTooLong = count > preview.lengths.effect.limit && policy != .split
    let title =
      "\(path):\(example.origin.line)  \(preview.answerName(of: example).map { $0 + ", " } ?? "")\(count) tokens, \(example.trainedCount) trained on"
      + (isTooLong ? ", longer than max_length \(preview.lengths.effect.limit)" : "")
    var (text, trainedText) = ("", "")
    for run in example.runs(preview.tokenizer) {
      // Line breaks are marked, so that one at the end of a trained part can be seen.
      let visible = run.text.replacing("\n", with: "⏎\n")
      if run.isTrained {
        trainedText += visible
        continue
      }
      text += marked(trainedText) + (run.isSpecial ? Paint.onOutput.dim(visible) : visible)
      trainedText = ""
    }
    let noted = (notes[example.origin.ofRecord] ?? []).map { "  ! \($0.sentence)\n" }.joined()
    return Paint.onOutput.bold(title) + "\n" + noted + text + marked(trainedText) + "\n"
  }

  /// A text that is trained on, marked as such.
  private func marked(_ text: String) -> String {
    if text.isEmpty { return "" }
    if Paint.onOutput.isOn { return Paint.onOutput.green(text) }
    if Terminal.isOutputInteractive { return Paint(isOn: true).underlined(text) }
    return "⟦\(text)⟧"
  }

  /// How many records lose something, and what a run does with them.
  private var lost: String? {
    let counts = preview.data.total.notes.filter(\.key.isLoss)
    if counts.isEmpty { return nil }
    let kinds = RecordNote.Kind.allCases.compactMap { kind in counts[kind].map { "\(kind.rawValue) \($0)" } }
    return "The template does not show everything that these records say: \(kinds.joined(separator: ", ")).\n"
      + (preview.lostParts == .error ? "`attune run` refuses them (data.lost_parts: error)." : "")
  }

  private var lengths: String {
    let lengths = preview.lengths
    var table = Table(columns: [.right("tokens"), .right("examples"), .left("")])
    let bars = lengths.histogram(bars: 12)
    let most = max(1, bars.map(\.count).max() ?? 1)
    for bar in bars {
      let width = (bar.count * 40 + most - 1) / most
      table.add([
        "\(bar.lengths.lowerBound)–\(bar.lengths.upperBound - 1)", "\(bar.count)", String(repeating: "█", count: width),
      ])
    }
    return table.text + "\n\n"
      + "template \(preview.template.rawValue): \(lengths.sorted.count) examples, \(Human.count(lengths.tokens)) tokens, "
      + "\(Human.percent(Double(lengths.trainedTokens) / Double(max(1, lengths.tokens)))) trained on; half have at most "
      + "\(lengths.quantile(0.5)) tokens, 90 % at most \(lengths.quantile(0.9)), the longest has \(lengths.quantile(1))"
      + (lengths.empty > 0 ? "; \(lengths.empty) other records have nothing to train on" : "") + "\n"
  }

  /// The effect of the recipe's `max_length`, and of other limits.
  private var effect: String {
    let lengths = preview.lengths
    var table = Table(columns: [
      .right("max_length"), .right("too long"), .right("dropped"), .right("truncated"), .right("trained tokens kept"),
    ])
    for effect in (lengths.others + [lengths.effect]).sorted(by: { $0.limit < $1.limit }) {
      table.add([
        (effect == lengths.effect ? "→ " : "") + "\(effect.limit)", "\(effect.tooLong)", "\(effect.dropped)",
        "\(effect.truncated)",
        Human.percent(Double(effect.trainedTokens) / Double(max(1, lengths.trainedTokens))),
      ])
    }
    let isRefused = policy == .error && lengths.effect.tooLong > 0
    return "length_policy: \(policy.rawValue)\n" + table.text
      + (isRefused
        ? "\n\n`attune run` refuses these records: raise data.max_length, or set data.length_policy to drop or truncate."
        : "")
  }
}
