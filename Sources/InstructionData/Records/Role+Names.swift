import Diagnostics

extension Role {
  /// What a name of a role in a record means.
  enum Meaning {
    /// A role.
    case role(Role)
    /// The assistant, whose text is a tool call in JSON (LLaMA-Factory's `function_call`, ms-swift's `tool_call`).
    case call
  }

  /// The names of roles in records: OpenAI's, ShareGPT's, LLaMA-Factory's, Gemma's (`model`), Llama 3's (`ipython`) and
  /// those of exports of chat programs.
  private static let names: [(name: String, meaning: Meaning)] = [
    ("system", .role(.system)), ("user", .role(.user)), ("assistant", .role(.assistant)), ("human", .role(.user)),
    ("gpt", .role(.assistant)), ("tool", .role(.tool)), ("developer", .role(.system)), ("function_call", .call),
    ("tool_call", .call), ("observation", .role(.tool)), ("function", .role(.tool)), ("ipython", .role(.tool)),
    ("tool_response", .role(.tool)), ("function_response", .role(.tool)), ("model", .role(.assistant)),
    ("bot", .role(.assistant)), ("chatbot", .role(.assistant)), ("chatgpt", .role(.assistant)),
    ("bing", .role(.assistant)), ("bard", .role(.assistant)),
  ]

  /// OpenAI's newer name for the author of instructions.
  static let developer = "developer"

  /// The meaning of a role's name, in any case of letters.
  ///
  /// - Parameter place: the name of the message in the error's text.
  /// - Throws: `UserError` that lists the known names.
  static func meaning(of name: String, place: String) throws -> Meaning {
    if name.utf8.count <= 40, let known = names.first(where: { $0.name == name.lowercased() }) { return known.meaning }
    let known = names.map(\.name)
    throw UserError.file(
      "\(place) has the role '\(name.prefix(40))'; known roles are \(known.joined(separator: ", "))."
        + suggestion(for: String(name.prefix(40)), in: known))
  }
}
