import ChatTemplates
import Diagnostics
import StrictJSON

extension ModelTemplate {
  /// Renders a conversation and locates the assistant's answers by rendering it with and without each message.
  ///
  /// - Parameters:
  ///   - values: the messages as the template sees them.
  ///   - answers: the indices of the assistant's messages.
  /// - Returns: one text; or one text for each assistant message, up to and including it, if the template writes a
  ///   message differently once others follow (templates that drop earlier reasoning). The model then learns each
  ///   answer after the text that precedes it at inference.
  /// - Throws: `UserError` of kind `file`; the message does not name the record.
  func turns(of values: [JSONValue], answers indices: [Int], context: ChatContext) throws -> [RenderedTurns] {
    let whole = try render(values, context: context, opensAnswer: false)
    if marksGeneration(context) {
      let ranges = whole.generated.joined
      let messages = ranges.count == indices.count ? indices : []
      return [RenderedTurns(text: whole.text, answers: ranges, messages: messages, areMarked: true)]
    }
    var turns: [RenderedTurns] = []
    for index in indices {
      let isLast = index == values.count - 1
      let text = isLast ? whole.text : try render(values[...index], context: context, opensAnswer: false).text
      let start = try start(ofAnswer: index, in: text, values, context)
      turns.append(
        RenderedTurns(text: text, answers: [start..<text.utf8.count], messages: [index], areMarked: false))
    }
    let located = turns.flatMap { zip($0.answers, $0.messages) }.filter { !$0.0.isEmpty }
    let isOneText =
      turns.allSatisfy { $0.text.isPrefix(of: whole.text) }
      && zip(located, located.dropFirst()).allSatisfy { $0.0.upperBound <= $1.0.lowerBound }
    if !isOneText { return turns }
    return [
      RenderedTurns(text: whole.text, answers: located.map(\.0), messages: located.map(\.1), areMarked: false)
    ]
  }

  /// The byte at which an answer begins in the text that ends with it: the end of the prompt that asks for it. If the
  /// text does not begin with that prompt (DeepSeek-R1 prompts with `<think>`, but writes answers without it), the
  /// place where any other answer would begin.
  private func start(ofAnswer index: Int, in text: String, _ values: [JSONValue], _ context: ChatContext) throws -> Int
  {
    if let prompt = try? render(values[..<index], context: context, opensAnswer: true).text, prompt.isPrefix(of: text) {
      return prompt.utf8.count
    }
    let probe: JSONValue = ["role": "assistant", "content": .string(Self.probe)]
    let probed = try render(values[..<index] + [probe], context: context, opensAnswer: false).text
    let pieces = probed.split(separator: Self.probe, omittingEmptySubsequences: false)
    if pieces.count == 2, String(pieces[0]).isPrefix(of: text) { return pieces[0].utf8.count }
    throw UserError.file(
      "the model's chat template changes the text before message \(index + 1) when that message is present, so the "
        + "assistant's tokens cannot be located; choose another data.template, such as chatml")
  }

  /// A text that no template contains.
  static let probe = "AttuneAsksWhereTheAnswerStands"
}

extension String {
  /// Whether another text begins with the bytes of this one.
  fileprivate func isPrefix(of other: String) -> Bool {
    utf8.count <= other.utf8.count && other.utf8.starts(with: utf8)
  }
}

extension [Range<Int>] {
  /// The ranges without empty ones, and with adjacent ones joined.
  fileprivate var joined: [Range<Int>] {
    reduce(into: []) { result, range in
      if range.isEmpty { return }
      if let last = result.last, last.upperBound == range.lowerBound {
        result[result.count - 1] = last.lowerBound..<range.upperBound
      } else {
        result.append(range)
      }
    }
  }
}
