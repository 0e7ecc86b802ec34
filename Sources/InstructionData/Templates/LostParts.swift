import ChatTemplates
import StrictJSON

/// Compares what a record says with the text rendered from it.
///
/// An answer that is learned must be found in its own part of the text: its content, its reasoning and its tool calls.
/// Everything else must be found anywhere in the text, except the reasoning of answers that are not learned here: many
/// templates drop it once another message follows.
struct LostParts {
  let messages: [Message]
  let context: ChatContext
  /// The indices of the messages that are learned.
  private let learned: [Int]
  private let isLearned: Set<Int>

  init(messages: [Message], context: ChatContext, learned: [Int]) {
    (self.messages, self.context) = (messages, context)
    (self.learned, isLearned) = (learned, Set(learned))
  }

  /// What each text of a conversation lacks. What is not part of an answer is searched for in the last text.
  func lost(in turns: [RenderedTurns]) -> [[LostPart]] {
    turns.indices.map { index in
      let turn = turns[index]
      let answers = answers(in: turn).flatMap { lost(of: messages[$0.message], at: $0.message, in: $0.text) }
      if index < turns.count - 1 { return answers }
      let end = turns.count > 1 ? (turn.messages.last ?? messages.count - 1) : messages.count - 1
      return (lostContext(in: turn.text, upTo: end) + answers).sorted { ($0.message ?? 0) < ($1.message ?? 0) }
    }
  }

  /// What a text without answers lacks: a prompt, or a conversation that is learned as a whole.
  func lost(in text: String) -> [LostPart] {
    let rendered = RenderedText(text)
    return lostContext(in: text, upTo: messages.count - 1)
      + learned.flatMap { lost(of: messages[$0], at: $0, in: rendered) }
  }

  /// What a template lacks that writes the content of every message and nothing else.
  var lostInPlainTurns: [LostPart] {
    messages.indices.flatMap { index in
      let reasoning = isLearned.contains(index) ? messages[index].reasoning : nil
      return (reasoning.map { [LostPart(.reasoning, message: index + 1, $0)] } ?? [])
        + lostCalls(of: messages[index], at: index, in: RenderedText(""))
    }
  }

  /// The answers of a text that are learned, each with its own part of the text.
  private func answers(in turn: RenderedTurns) -> [(message: Int, text: RenderedText)] {
    if turn.messages.isEmpty {
      let all = RenderedText(turn.answers.map { turn.text.part($0) }.joined(separator: "\0"))
      return learned.map { ($0, all) }
    }
    // An answer of which the template writes nothing has no place in the text.
    let isComplete = turn.messages.count > 1 || messages.count { $0.role == .assistant } == 1
    let missing = isComplete ? isLearned.subtracting(turn.messages).sorted() : []
    return zip(turn.messages, turn.answers).filter { isLearned.contains($0.0) }.map {
      ($0, RenderedText(turn.text.part($1)))
    } + missing.map { ($0, RenderedText("")) }
  }

  /// What the part of the text that belongs to an answer lacks.
  private func lost(of message: Message, at index: Int, in text: RenderedText) -> [LostPart] {
    var lost: [LostPart] = []
    if !text.shows(message.content) {
      // Templates may split the reasoning from the answer and write both in their own way.
      for (position, piece) in message.thoughtAndAnswer.enumerated() where !text.shows(piece) {
        let isThought = position == 0 && message.thoughtAndAnswer.count > 1
        lost.append(LostPart(isThought ? .reasoning : .text, message: index + 1, piece))
      }
    }
    if let reasoning = message.reasoning, !text.shows(reasoning) {
      lost.append(LostPart(.reasoning, message: index + 1, reasoning))
    }
    return lost + lostCalls(of: message, at: index, in: text)
  }

  /// What the text lacks of the tools and of the messages that are not learned.
  private func lostContext(in text: String, upTo end: Int) -> [LostPart] {
    let rendered = RenderedText(text)
    var lost = context.tools.filter { !$0.toolParts.allSatisfy(rendered.shows) }.map {
      LostPart(.tool, message: nil, $0.toolParts.first ?? $0.compactText)
    }
    let indices = messages.indices.filter { $0 <= end && !isLearned.contains($0) }
    let texts = indices.flatMap { index in
      let message = messages[index]
      let content = message.role == .assistant ? message.thoughtAndAnswer.last ?? "" : message.content
      return [content, message.input ?? ""].map { (index: index, text: $0.strippingWhitespace()) }
    }.filter { !$0.text.isEmpty }
    for (part, place) in zip(texts, rendered.places(of: texts.map(\.text)))
    where place == nil && (text.find(part.text) != nil || !rendered.shows(part.text)) {
      lost.append(LostPart(.text, message: part.index + 1, part.text))
    }
    for index in indices where messages[index].role != .assistant {
      guard let reasoning = messages[index].reasoning, !rendered.shows(reasoning) else { continue }
      lost.append(LostPart(.reasoning, message: index + 1, reasoning))
    }
    return lost + indices.flatMap { lostCalls(of: messages[$0], at: $0, in: rendered) }
  }

  private func lostCalls(of message: Message, at index: Int, in text: RenderedText) -> [LostPart] {
    message.calls.filter { call in !text.shows(call.name) || !text.showsLeaves(of: call.arguments) }.map {
      LostPart(.toolCall, message: index + 1, $0.name)
    }
  }
}

extension Message {
  /// The reasoning that the record gives apart from the content.
  var reasoning: String? {
    ["reasoning_content", "thinking", "reasoning"].lazy.compactMap { fields?[$0]?.stringValue }.first
  }

  /// The tool calls with their arguments, decoded if they are JSON in a string.
  var calls: [(name: String, arguments: JSONValue)] {
    let calls = (fields?["tool_calls"]?.arrayValue ?? []) + [fields?["function_call"]].compactMap { $0 }
    return calls.filter { !$0.isNull }.map { call in
      let function = call["function"] ?? call
      let arguments = function["arguments"] ?? .null
      let decoded = arguments.stringValue.flatMap { try? JSONValue(parsing: Array($0.utf8)) }
      return (function["name"]?.stringValue ?? "", decoded ?? arguments)
    }
  }

  /// The name of the first tool that is called with arguments that are a string.
  var callWithStringArguments: String? {
    (fields?["tool_calls"]?.arrayValue ?? []).lazy.map { $0["function"] ?? $0 }
      .first { $0["arguments"]?.stringValue != nil }.map { $0["name"]?.stringValue ?? "" }
  }

  /// The content's reasoning and its answer, if it contains reasoning up to `</think>`; otherwise the content alone.
  fileprivate var thoughtAndAnswer: [String] {
    guard let end = content.firstRange(of: "</think>") else { return [content] }
    let thought = content[..<end.lowerBound].replacing("<think>", with: "")
    return [String(thought), String(content[end.upperBound...])]
  }
}

extension JSONValue {
  /// What a template must show of a tool: its name, its description and the names of its parameters.
  fileprivate var toolParts: [String] {
    let function = self["function"] ?? self
    let parameters = function["parameters"]
    let names = (parameters?["properties"] ?? parameters)?.objectValue
    let isSchema = parameters?["properties"] != nil || parameters?["type"] == nil
    return ["name", "description"].compactMap { function[$0]?.stringValue } + (isSchema ? names?.keys ?? [] : [])
  }
}
