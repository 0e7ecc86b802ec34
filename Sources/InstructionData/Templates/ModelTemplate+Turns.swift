import ChatTemplates
import Diagnostics
import StrictJSON

/// A rendered conversation, and where in it the assistant speaks.
struct RenderedTurns {
  /// The text, special tokens by their names.
  let text: String
  /// What the assistant wrote, in bytes of the text: ascending, not empty.
  let answers: [Range<Int>]
  /// Whether the template itself marked the answers; else each goes on to where the rendered message ends, with what
  /// stands behind the token that ends the turn.
  let areMarked: Bool
}

extension ModelTemplate {
  /// Renders a conversation and finds what the assistant wrote, by rendering it with and without each message.
  ///
  /// - Returns: one text; or one for each of the assistant's messages, up to it, where the template writes a message
  ///   otherwise once others have followed (templates that leave out earlier reasoning): what is learnt then is what is
  ///   asked of the model when it speaks.
  /// - Throws: `UserError` of kind `file`; the message names no record.
  func turns(of messages: [Message], tools: [JSONValue]) throws -> [RenderedTurns] {
    let values = messages.map(\.templateValue)
    let whole = try render(values, tools: tools, opensAnswer: false)
    if marksGeneration(tools) {
      return [RenderedTurns(text: whole.text, answers: whole.generated.joined, areMarked: true)]
    }
    var answers: [RenderedTurns] = []
    for (index, message) in messages.enumerated() where message.role == .assistant {
      let isLast = index == messages.count - 1
      let text = isLast ? whole.text : try render(values[...index], tools: tools, opensAnswer: false).text
      let start = try start(ofAnswer: index, in: text, values, tools)
      answers.append(RenderedTurns(text: text, answers: [start..<text.utf8.count], areMarked: false))
    }
    let ranges = answers.flatMap(\.answers).filter { !$0.isEmpty }
    let isOneText =
      answers.allSatisfy { $0.text.isPrefix(of: whole.text) }
      && zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound <= $1.lowerBound }
    return isOneText ? [RenderedTurns(text: whole.text, answers: ranges, areMarked: false)] : answers
  }

  /// The byte at which an answer begins in the text that ends with it: behind the text without the message that asks
  /// for it. Where that is no beginning of the text with the message (DeepSeek-R1 asks with `<think>`, and writes
  /// answers without), it is where another text in its place would begin.
  private func start(ofAnswer index: Int, in text: String, _ values: [JSONValue], _ tools: [JSONValue]) throws -> Int {
    if let prompt = try? render(values[..<index], tools: tools, opensAnswer: true).text, prompt.isPrefix(of: text) {
      return prompt.utf8.count
    }
    let probe: JSONValue = ["role": "assistant", "content": .string(Self.probe)]
    let probed = try render(values[..<index] + [probe], tools: tools, opensAnswer: false).text
    let pieces = probed.split(separator: Self.probe, omittingEmptySubsequences: false)
    if pieces.count == 2, String(pieces[0]).isPrefix(of: text) { return pieces[0].utf8.count }
    throw UserError.file(
      "the model's chat template writes what stands before message \(index + 1) otherwise once the message is there, so "
        + "which tokens the assistant wrote cannot be told; choose another data.template, such as chatml")
  }

  /// A text that stands in no template.
  static let probe = "AttuneAsksWhereTheAnswerStands"
}

extension String {
  /// Whether another text begins with this one, byte by byte.
  fileprivate func isPrefix(of other: String) -> Bool {
    utf8.count <= other.utf8.count && other.utf8.starts(with: utf8)
  }
}

extension [Range<Int>] {
  /// Without empty ranges; neighbours that touch are one.
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
