import Diagnostics
import Foundation
import StrictJSON

/// A conversation as text.
public struct RenderedChat: Sendable, Equatable {
  /// The text, special tokens by their names.
  public let text: String
  /// What stands in `{% generation %}` blocks, in bytes (UTF-8) of the text, in order; empty where there are none.
  public let generated: [Range<Int>]
}

/// A model's own `chat_template`: Jinja as transformers renders it, with Python's values.
///
/// The language is Jinja 3.1 as transformers' `apply_chat_template` sets it up (`trim_blocks`, `lstrip_blocks`, loop
/// controls, `tojson` without escapes, `raise_exception`, `strftime_now`, `{% generation %}`), without inclusion,
/// inheritance and whatever changes its arguments. What is not supported is refused by name. A template from elsewhere
/// cannot harm: rendering has limits on work, memory and depth, and reaches nothing but its variables and the clock.
public struct ChatTemplate: Sendable {
  private let body: [Statement]
  private let place: String
  /// Whether the template marks what the assistant wrote by `{% generation %}`.
  public let marksGeneration: Bool
  /// Whether the template asks what time it is (`strftime_now`), so that it may write another text another day.
  public let readsClock: Bool

  /// The most bytes of a template's source; real ones have up to 50,000.
  private static let longestSource = 1 << 20

  /// Reads a template.
  ///
  /// - Parameters:
  ///   - source: Jinja.
  ///   - place: what messages call it, such as the file.
  /// - Throws: `UserError` of kind `file` that names the line, what was found and what is supported.
  public init(_ source: String, place: String) throws {
    self.place = place
    guard source.utf8.count <= Self.longestSource else {
      throw UserError.file("\(place): the chat template has more than \(Self.longestSource) bytes")
    }
    do {
      var lexer = Lexer(source)
      let tokens = try lexer.tokenize()
      readsClock = tokens.contains { $0.kind == .name("strftime_now") }
      var parser = Parser(tokens)
      body = try parser.template()
      marksGeneration = body.contains { $0.marksGeneration }
    } catch let error as TemplateError {
      throw Self.problem(error, place)
    }
  }

  /// Renders the template.
  ///
  /// - Parameters:
  ///   - variables: what the template knows: `messages`, `tools`, `add_generation_prompt`, `bos_token`, ….
  ///   - time: what the template is told of the time.
  /// - Throws: `UserError`: of kind `file` where the template refuses its input or does what isn't defined; of kind
  ///   `recipe` where it takes too much work, so that another record will fare no better.
  public func render(_ variables: [(name: String, value: JSONValue)], at time: Date = Date()) throws -> RenderedChat {
    let renderer = Renderer(time: time)
    let globals = Scope()
    for function in GlobalFunction.all { globals.set(function.name, .function(function)) }
    do {
      for (name, value) in variables { globals.set(name, try Value(value)) }
      _ = try renderer.run(body, in: Scope(in: globals))
    } catch let error as TemplateError {
      throw Self.problem(error, place)
    }
    return RenderedChat(text: renderer.output, generated: renderer.generated)
  }

  private static func problem(_ error: TemplateError, _ place: String) -> UserError {
    let line = error.line.map { ", line \($0)" } ?? ""
    if error.isLimit { return .recipe("data.template: \(place)\(line): \(error.message)") }
    if error.isRaised {
      return .file("the model's chat template refuses the conversation: \(error.message) (\(place)\(line))")
    }
    return .file("\(place)\(line): \(error.message)")
  }
}

extension Statement {
  /// Whether there is a `{% generation %}` in it.
  fileprivate var marksGeneration: Bool {
    switch kind {
    case .generation: true
    case .conditional(let branches, let otherwise):
      branches.contains { $0.body.contains { $0.marksGeneration } } || otherwise.contains { $0.marksGeneration }
    case .loop(let loop): (loop.body + loop.otherwise).contains { $0.marksGeneration }
    case .with(_, let body), .filtered(_, let body), .capture(_, _, let body): body.contains { $0.marksGeneration }
    case .macro(let macro), .call(_, let macro): macro.body.contains { $0.marksGeneration }
    case .text, .output, .assignment, .breakLoop, .continueLoop: false
    }
  }
}
