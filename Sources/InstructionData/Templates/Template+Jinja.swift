extension Template {
  /// The template as a `chat_template` for transformers, with which `apply_chat_template` gives the text that Attune
  /// trains on; nil for a template that is not built in.
  ///
  /// - Parameters:
  ///   - encoder: gives the tokens that begin and end a text.
  ///   - token: returns the text of a token.
  public func jinja(for encoder: TextEncoder, token: (Int32) -> String?) -> String? {
    let beginning = prefix(encoder).compactMap(token).joined()
    let end: String
    switch endOfTurn {
    case .named(let name): end = name
    case .endOfText: end = encoder.endOfText.flatMap(token) ?? ""
    }
    let body: String? =
      switch name {
      case .chatml: Self.jinja(header: "'<|im_start|>' + message['role'] + '\\n'", "content", end, separator: "\\n")
      case .zephyr: Self.jinja(header: "'<|' + message['role'] + '|>\\n'", "content | trim", end, separator: "\\n")
      case .llama3:
        Self.jinja(
          header: "'<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n'", "content | trim", end,
          separator: "")
      case .llama2: Self.jinjaLlama2
      case .alpaca: Self.jinjaAlpaca(end)
      case .plain:
        "{% for message in messages %}{{ message['content'] }}"
          + "{% if message['role'] == 'assistant' %}{{ \(quoted(end)) }}{% endif %}{% endfor %}"
      case .model: nil
      }
    return body.map { (beginning.isEmpty ? "" : "{{ \(quoted(beginning)) }}") + $0 }
  }

  /// The tokens before the text, except those that the template writes itself.
  private func prefix(_ encoder: TextEncoder) -> [Int32] {
    switch beginning {
    case .tokenizer: encoder.prefix
    case .preferring(let name): encoder.singleToken(name).map { [$0] } ?? encoder.prefix
    case .written: []
    }
  }

  /// A template whose turns are a header, the content, an end and a separator.
  private static func jinja(header: String, _ content: String, _ end: String, separator: String) -> String {
    let opening = header.replacing("message['role']", with: "'assistant'")
    return "{% for message in messages %}{% set content = message['content'] %}"
      + "{{ \(header) + (\(content)) + \(quoted(end)) + '\(separator)' }}{% endfor %}"
      + "{% if add_generation_prompt %}{{ \(opening) }}{% endif %}"
  }

  private static let jinjaLlama2 =
    "{% if messages[0]['role'] == 'system' %}{% set turns = messages[1:] %}"
    + "{% set system = '<<SYS>>\\n' + (messages[0]['content'] | trim) + '\\n<</SYS>>\\n\\n' %}"
    + "{% else %}{% set turns = messages %}{% set system = '' %}{% endif %}"
    + "{% for message in turns %}"
    + "{% if message['role'] != ('user' if loop.index0 % 2 == 0 else 'assistant') %}"
    + "{{ raise_exception('user and assistant must take turns') }}{% endif %}"
    + "{% if message['role'] == 'user' %}"
    + "{{ '<s>[INST] ' + (system if loop.first else '') + (message['content'] | trim) + ' [/INST]' }}"
    + "{% else %}{{ ' ' + (message['content'] | trim) + ' </s>' }}{% endif %}{% endfor %}"

  private static func jinjaAlpaca(_ end: String) -> String {
    let task = "Below is an instruction that describes a task"
    let request = "rite a response that appropriately completes the request.\\n\\n### Instruction:\\n"
    return "{% for message in messages %}"
      + "{% if message['role'] != ('user' if loop.first else 'assistant') or loop.index0 > 1 %}"
      + "{{ raise_exception('one instruction and one answer') }}{% endif %}"
      + "{% if loop.first and message['input'] %}"
      + "{{ '\(task), paired with an input that provides further context. W\(request)' + message['content'] "
      + "+ '\\n\\n### Input:\\n' + message['input'] + '\\n\\n### Response:' }}"
      + "{% elif loop.first %}{{ '\(task). W\(request)' + message['content'] + '\\n\\n### Response:' }}"
      + "{% else %}{{ message['content'] + \(quoted(end)) }}{% endif %}{% endfor %}"
  }
}

/// A text as a Jinja literal.
private func quoted(_ text: String) -> String {
  "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'").replacing("\n", with: "\\n") + "'"
}
