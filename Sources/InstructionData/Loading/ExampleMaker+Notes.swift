import StrictJSON

extension ExampleMaker {
  /// What is worth knowing about a conversation and the rows made of it.
  ///
  /// - Parameter learned: the tokens of each learned answer.
  /// - Throws: ``IncompleteRecord`` if the template loses something and the recipe does not allow that.
  func notes(
    on messages: [Message], _ context: ChatContext, lost: [LostPart], learned: [ArraySlice<Int32>]
  ) throws -> [RecordNote] {
    if !lost.isEmpty, options.lostParts == .error { throw IncompleteRecord(lost: lost) }
    var notes = lost.map { RecordNote($0) }
    notes += unreadOptions(context).map {
      RecordNote(.unreadOption, "'\($0)' in chat_template_kwargs, which the template does not read")
    }
    if let tool = context.tools.first(where: \.hasNullParameter) {
      notes.append(RecordNote(.nestedNull, "a parameter of the tool '\(tool.toolName)' is null"))
    }
    for (index, message) in messages.enumerated() {
      if let call = message.calls.first(where: { $0.arguments.containsNull }) {
        notes.append(
          RecordNote(.nestedNull, "an argument of the call of '\(call.name)' in message \(index + 1) is null"))
      }
      if quotesArguments, let call = message.callWithStringArguments {
        notes.append(
          RecordNote(
            .quotedArguments,
            "the arguments of the call of '\(call)' in message \(index + 1) are JSON in a string, which the template "
              + "writes in quotes and with escapes; give them as an object"))
      }
      if let name = encoder?.specialToken(in: message.text) {
        notes.append(
          RecordNote(.specialToken, "message \(index + 1) contains '\(name)', which becomes that special token"))
      }
      let isFirst = index == 0 && (message.role == .system || messages.count <= 2)
      if !isFirst, !message.hasContent, message.reasoning == nil, index < messages.count - 1 {
        notes.append(RecordNote(.emptyTurn, "message \(index + 1), the \(message.role.rawValue)'s, is empty"))
      }
    }
    if let open = learned.first(where: { !isEnded($0) }) {
      let last = open.last.map { ", only the token \($0)" } ?? ""
      notes.append(RecordNote(.openEnd, "no token ends the answer\(last)"))
    }
    return notes
  }

  /// What is worth knowing about a text.
  func notes(onText text: String) -> [RecordNote] {
    guard let encoder, encoder.begins(text) || encoder.ends(text) else { return [] }
    let what = [encoder.begins(text) ? "begins" : nil, encoder.ends(text) ? "ends" : nil].compactMap { $0 }
    let does = what.joined(separator: " and ")
    return [
      RecordNote(.framedText, "the text itself \(does) with the token that Attune adds; it is written once")
    ]
  }

  /// Whether the last token of an answer is a special one, or one at which generation stops.
  private func isEnded(_ answer: ArraySlice<Int32>) -> Bool {
    guard let last = answer.last else { return true }
    return encoder?.specialName(last) != nil || ((try? chat.get())?.stopIDs.contains(last) ?? true)
  }

  /// Whether the model's own template writes arguments that are a string as a string within JSON.
  private var quotesArguments: Bool {
    if case .success(let chat) = chat, case .model(let model) = chat.writing { model.quotesArguments } else { false }
  }

  /// The variables of a record that the model's own template does not read.
  private func unreadOptions(_ context: ChatContext) -> [String] {
    guard let options = context.templateOptions, case .success(let chat) = chat else { return [] }
    return options.keys.filter { !chat.reads(option: $0) }
  }
}

extension ChatEncoder {
  /// Whether the template reads a variable; built-in templates read none.
  func reads(option: String) -> Bool {
    if case .model(let model) = writing { model.names.contains(option) } else { false }
  }
}

extension JSONValue {
  /// The name of a tool.
  fileprivate var toolName: String { (self["function"] ?? self)["name"]?.stringValue ?? "" }

  /// Whether a tool has a parameter of which nothing is said.
  fileprivate var hasNullParameter: Bool {
    let properties = (self["function"] ?? self)["parameters"]?["properties"]?.objectValue
    return properties?.members.contains { $0.value.isNull } ?? false
  }

  /// Whether a value, or a value within it, is null.
  fileprivate var containsNull: Bool {
    switch self {
    case .array(let elements): elements.contains { $0.isNull || $0.containsNull }
    case .object(let object): object.members.contains { $0.value.isNull || $0.value.containsNull }
    case .null, .bool, .number, .string: false
    }
  }
}
