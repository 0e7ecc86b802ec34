import Diagnostics
import Foundation
import StrictJSON

/// A conversation as text.
public struct RenderedChat: Sendable, Equatable {
  /// The text, with special tokens as their names.
  public let text: String
  /// The text in `{% generation %}` blocks, in order, as ranges of UTF-8 bytes; empty if there are no such blocks.
  public let generated: [Range<Int>]
}

/// A model's own `chat_template`: Jinja as transformers renders it, with Python's values.
///
/// The language is Jinja 3.1 as transformers' `apply_chat_template` configures it (`trim_blocks`, `lstrip_blocks`, loop
/// controls, `tojson` without escapes, `raise_exception`, `strftime_now`, `{% generation %}`), without inclusion, without
/// inheritance and without methods that change their arguments. Anything unsupported is refused by name. An untrusted
/// template can do no harm: rendering has limits on work, memory and depth, and it can read only its variables and the
/// clock.
public struct ChatTemplate: Sendable {
  private let body: [Statement]
  private let file: String
  private let key: String?
  /// Whether the template marks the assistant's text with `{% generation %}`.
  public let marksGeneration: Bool
  /// Whether the template reads the clock (`strftime_now`), so that it may render another text on another day.
  public let readsClock: Bool
  /// The names in the template that are not attributes: variables, functions, filters and words of the language.
  public let names: Set<String>

  /// The largest number of bytes in a template; real ones have up to 50,000.
  private static let longestSource = 1 << 20

  /// Reads a template.
  ///
  /// - Parameters:
  ///   - source: the template in Jinja.
  ///   - file: the path of the file that contains the template, for messages.
  ///   - key: the key of the file that holds the template; nil if the file is the template.
  /// - Throws: `UserError` of kind `file` that names the line and says what is wrong or not supported.
  public init(_ source: String, file: String, key: String? = nil) throws {
    self.file = file
    self.key = key
    guard source.utf8.count <= Self.longestSource else {
      let place = key.map { "\(file): \($0)" } ?? file
      throw UserError.file(
        "\(place): the chat template has \(source.utf8.count) bytes; expected at most \(Self.longestSource)")
    }
    do {
      var lexer = Lexer(source)
      let tokens = try lexer.tokenize()
      names = Set(
        tokens.indices.compactMap { position in
          guard case .name(let name) = tokens[position].kind else { return nil }
          return position > 0 && tokens[position - 1].kind == .symbol(".") ? nil : name
        })
      readsClock = names.contains("strftime_now")
      var parser = Parser(tokens)
      body = try parser.template()
      marksGeneration = parser.marksGeneration
    } catch let error as TemplateError {
      throw Self.userError(error, file, key)
    }
  }

  /// Renders the template.
  ///
  /// - Parameters:
  ///   - variables: the variables of the template: `messages`, `tools`, `add_generation_prompt`, `bos_token`, ….
  ///   - time: the time that the template reads from the clock.
  /// - Throws: `UserError`: of kind `file` if the template refuses its input or does something undefined; of kind `recipe`
  ///   if rendering takes too much work, since no other record will do better.
  public func render(_ variables: [(name: String, value: JSONValue)], at time: Date = Date()) throws -> RenderedChat {
    let renderer = Renderer(time: time)
    let globals = Scope()
    for function in GlobalFunction.all { globals.set(function.name, .function(function)) }
    do {
      for (name, value) in variables { globals.set(name, try Value(value)) }
      _ = try renderer.run(body, in: Scope(in: globals))
    } catch let error as TemplateError {
      throw Self.userError(error, file, key)
    }
    return RenderedChat(text: renderer.output, generated: renderer.generated)
  }

  /// The error for the user. It begins with `FILE:LINE: ` where the line is one of the file.
  private static func userError(_ error: TemplateError, _ file: String, _ key: String?) -> UserError {
    let place =
      if let key {
        "\(file): \(key)" + (error.line.map { ", line \($0)" } ?? "")
      } else {
        file + (error.line.map { ":\($0)" } ?? "")
      }
    if error.isRaised {
      return .file("the model's chat template refuses the conversation: \(error.message) (\(place))")
    }
    if error.isLimit { return .recipe("\(place): \(error.message); choose another template") }
    return .file("\(place): \(error.message)")
  }
}
