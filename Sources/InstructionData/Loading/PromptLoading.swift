import Diagnostics
import StrictJSON

/// What a model continues, from a record.
public struct Prompt: Sendable, Equatable {
  /// The line of the file on which the record begins, counted from 1.
  public let line: Int
  /// The user's last message, or the text to continue; nil for tokenized records.
  public let text: String?
  /// The tokens before the model's answer; never empty.
  public let tokens: [Int32]
  /// The conversation before the model's answer; empty if the model continues a text.
  public let messages: [Message]
  /// What is worth knowing about the record.
  public let notes: [RecordNote]
}

extension DataLoader {
  /// Reads the prompts of a file's records, with or without answers. The complete text of a `text` record is a prompt.
  ///
  /// - Throws: `UserError` for the first unusable record.
  public func prompts(from path: String) throws -> [Prompt] {
    let decoder = try decoder(for: .demonstration)
    var reader = try RecordReader(path: path)
    var prompts: [Prompt] = []
    while let raw = try reader.next() {
      do {
        prompts.append(try maker.prompt(of: decoder.recordWithoutAnswer(of: raw), line: raw.line))
      } catch {
        throw placed(error, raw, path)
      }
    }
    if prompts.isEmpty { throw UserError.file("\(path): the file contains no records") }
    return prompts
  }
}

extension RecordDecoder {
  /// Decodes a record, adding an empty answer if it has none.
  fileprivate func recordWithoutAnswer(of raw: RawRecord) throws -> Record {
    guard case .json(let bytes) = raw.content else { return try record(of: raw).record }
    let value = try JSONValue(parsing: bytes)
    guard let object = value.objectValue else { return try decode(value) }
    var members = object.members
    func add(_ key: RecordColumn, _ empty: JSONValue, to needed: RecordColumn) {
      guard object[needed.rawValue] != nil, object[key.rawValue]?.isNull ?? true else { return }
      members.removeAll { $0.key == key.rawValue }
      members.append((key.rawValue, empty))
    }
    add(.output, "", to: .instruction)
    add(.completion, "", to: .prompt)
    add(.promptLength, .integer(object["ids"]?.arrayValue?.count ?? 0), to: .ids)
    return try decode(.members(members))
  }
}

extension ExampleMaker {
  /// The tokens before the answer.
  fileprivate func prompt(of record: Record, line: Int) throws -> Prompt {
    let text: String?
    let tokens: [Int32]
    var turns: [Message] = []
    var notes: [RecordNote] = []
    func ask(_ messages: [Message], _ context: ChatContext) throws -> [Int32] {
      let row = try usableChat().prompt(of: messages, context: context)
      notes = try self.notes(on: messages, context, lost: row.lost, learned: [])
      turns = messages
      return row.ids
    }
    switch record {
    case .conversation(let messages, let context):
      let asked = messages.last?.role == .assistant ? Array(messages.dropLast()) : messages
      guard let last = asked.last else { throw UserError.file("the conversation has no prompt") }
      (text, tokens) = (last.text, try ask(asked, context))
    case .text(let whole):
      guard let encoder else { throw options.noTokenizer }
      (text, tokens) = (whole, encoder.framed(whole, isEnded: false))
    case .tokens(let ids, let promptLength):
      (text, tokens) = (nil, Array(ids.prefix(promptLength)))
    case .preference(let messages, _, _, let context), .judgement(let messages, _, _, let context):
      (text, tokens) = (messages.last?.text, try ask(messages, context))
    case .preferenceTokens(let ids, _, _), .judgementTokens(let ids, _, _):
      (text, tokens) = (nil, ids)
    }
    if tokens.isEmpty { throw UserError.file("the prompt has no tokens, so there is nothing to continue") }
    return Prompt(line: line, text: text, tokens: tokens, messages: turns, notes: notes)
  }
}
