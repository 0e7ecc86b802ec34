import ChatTemplates
import Diagnostics
import Foundation
import StrictJSON

/// A model's own chat template, with the special tokens that it can refer to.
///
/// Source: `chat_template.jinja` in the model's folder, otherwise `chat_template` in `tokenizer_config.json`. The
/// latter is a text or a list of named texts, of which `default` is used, or `tool_use` if a conversation has tools.
public struct ModelTemplate: Sendable {
  private let standard: ChatTemplate
  private let forTools: ChatTemplate
  /// `bos_token` and similar tokens, by name.
  private let specialTokens: [(name: String, value: JSONValue)]
  /// The time that the template sees, the same for every record.
  private let time: Date
  /// Variables that the recipe gives the template, such as `enable_thinking`.
  private let options: JSONObject?
  /// The roles whose content may be a list of parts.
  private var rolesInParts: Set<Role> = []
  /// Whether the template would write arguments that are JSON in a string as a string, in quotes and with escapes.
  private(set) var quotesArguments = false

  /// Reads the template of a model.
  ///
  /// - Parameters:
  ///   - files: the model's small files by name.
  ///   - place: the model's path, for messages.
  ///   - day: the day that the template sees; nil for the current time.
  ///   - options: variables for the template; those of a record take precedence.
  /// - Returns: nil if the model has no template.
  /// - Throws: `UserError` of kind `file` that names the line of the template and the unsupported part.
  public init?(files: [String: Data], place: String, day: CalendarDay? = nil, options: JSONObject? = nil) throws {
    time = day?.noon ?? Date()
    self.options = options
    let configuration = try Self.value(of: "tokenizer_config.json", files, place)
    specialTokens = Self.specialTokens(
      in: configuration, else: try Self.value(of: "special_tokens_map.json", files, place))
    guard let found = try Self.templates(files, configuration, place) else { return nil }
    (standard, forTools) = found
    rolesInParts = Set(
      Role.allCases.filter { role in
        Self.readsParts(role) { try render($0, context: ChatContext(), opensAnswer: false).text }
      })
    quotesArguments = Self.quotesArguments { try render($0, context: ChatContext(), opensAnswer: false).text }
  }

  /// The template for conversations without tools, and the one for conversations with tools; nil if the model has none.
  private static func templates(
    _ files: [String: Data], _ configuration: JSONValue?, _ place: String
  ) throws -> (standard: ChatTemplate, forTools: ChatTemplate)? {
    if let data = files["chat_template.jinja"] {
      guard let source = String(validating: data, as: UTF8.self) else {
        throw UserError.file("\(place)/chat_template.jinja: is not UTF-8 text")
      }
      let template = try ChatTemplate(source, file: "\(place)/chat_template.jinja")
      return (template, template)
    }
    let (file, key) = ("\(place)/tokenizer_config.json", "chat_template")
    switch configuration?["chat_template"] {
    case nil, .null?: return nil
    case .string(let source)?:
      let template = try ChatTemplate(source, file: file, key: key)
      return (template, template)
    case .array(let list)?:
      func template(_ name: String) throws -> ChatTemplate? {
        let source = list.first { $0["name"]?.stringValue == name }?["template"]?.stringValue
        return try source.map { try ChatTemplate($0, file: file, key: "\(key) '\(name)'") }
      }
      guard let found = try template("default") else {
        let names = list.compactMap { $0["name"]?.stringValue }.map { "'\($0)'" }.joined(separator: ", ")
        throw UserError.file(
          "\(file): \(key): expected a template named 'default', found \(names.isEmpty ? "none with a name" : names)")
      }
      return (found, try template("tool_use") ?? found)
    case let other?: throw UserError.file("\(file): \(key): expected a string or a list, found \(other.kindName)")
    }
  }

  /// Whether a model has a template, valid or not.
  public static func isPresent(in files: [String: Data]) -> Bool {
    if files["chat_template.jinja"] != nil { return true }
    guard let data = files["tokenizer_config.json"], let value = try? JSONValue(parsing: data) else { return false }
    return value["chat_template"].map { !$0.isNull } ?? false
  }

  /// Whether the template reads the clock, so that its text may differ from day to day.
  public var readsClock: Bool { standard.readsClock || forTools.readsClock }

  /// Whether the template marks the assistant's text with `{% generation %}`.
  func marksGeneration(_ context: ChatContext) -> Bool { (context.tools.isEmpty ? standard : forTools).marksGeneration }

  /// The messages with the role `developer` as `system`, where the template does not show what a developer says.
  private func namingDeveloper(_ messages: [JSONValue]) -> [JSONValue] {
    let developer = JSONValue.string(Role.developer)
    guard messages.contains(where: { $0["role"] == developer }) else { return messages }
    let probe: JSONValue = [
      ["role": developer, "content": .string(Self.probe)], ["role": "user", "content": "?"],
    ]
    let variables: [(name: String, value: JSONValue)] = [
      ("messages", probe), ("tools", .null), ("documents", .null), ("add_generation_prompt", false),
    ]
    let text = try? standard.render(variables + specialTokens, at: time).text
    if text?.contains(Self.probe) == true { return messages }
    return messages.map { $0["role"] == developer ? $0.replacing([("role", "system")]) : $0 }
  }

  /// Renders messages as `apply_chat_template` does.
  ///
  /// - Parameter opensAnswer: whether to append the text that introduces the assistant's next message.
  /// - Throws: `UserError`; the message does not name the record.
  func render(_ messages: some Sequence<JSONValue>, context: ChatContext, opensAnswer: Bool) throws -> RenderedChat {
    let variables: [(name: String, value: JSONValue)] = [
      ("messages", .array(namingDeveloper(Array(messages)))),
      ("tools", context.tools.isEmpty ? .null : .array(context.tools)),
      ("documents", .null),
      ("add_generation_prompt", .bool(opensAnswer)),
    ]
    if let name = context.templateOptions?.keys.first(where: Self.ownVariables.contains) {
      throw UserError.file("chat_template_kwargs sets '\(name)', which Attune itself sets for each record; remove it")
    }
    let options = (self.options?.members ?? []) + (context.templateOptions?.members ?? [])
    return try (context.tools.isEmpty ? standard : forTools).render(
      variables + specialTokens + options.map { ($0.key, $0.value) }, at: time)
  }

  /// Whether the template itself reads contents that are lists of parts from messages of a role.
  func readsParts(_ role: Role) -> Bool { rolesInParts.contains(role) }

  /// The names that the template reads: variables, and functions.
  public var names: Set<String> { standard.names.union(forTools.names) }

  /// The variables that the renderer itself sets, which options cannot replace.
  public static let ownVariables = ["messages", "tools", "documents", "add_generation_prompt"]

  private static func value(of name: String, _ files: [String: Data], _ place: String) throws -> JSONValue? {
    guard let data = files[name] else { return nil }
    do {
      return try JSONValue(parsing: data)
    } catch let error as JSONError {
      throw UserError.file(error.message(in: "\(place)/\(name)"))
    }
  }

  /// Every key that ends in `_token` and has a token as its value: a text, or an object with `content`.
  private static func specialTokens(
    in configuration: JSONValue?, else map: JSONValue?
  ) -> [(name: String, value: JSONValue)] {
    var tokens: [(name: String, value: JSONValue)] = []
    for source in [configuration, map] {
      for (key, value) in source?.objectValue?.members ?? [] where key.hasSuffix("_token") {
        guard let text = value.stringValue ?? value["content"]?.stringValue else { continue }
        if !tokens.contains(where: { $0.name == key }) { tokens.append((key, .string(text))) }
      }
    }
    return tokens
  }
}
