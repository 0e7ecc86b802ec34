import Diagnostics

/// A built-in template together with a tokenizer that has the tokens it needs.
struct FittedTemplate: Sendable {
  let template: Template
  /// The tokens before the text, except those that the template writes itself.
  let prefix: [Int32]
  /// The token that ends an answer.
  let endOfTurn: Int32
  private let encoder: TextEncoder
  /// The names of the prefix and of the end of turn, if conversations are tokenized as a whole; nil if their parts have
  /// the same tokens when they are tokenized apart.
  private let names: (prefix: String, endOfTurn: String)?

  /// Why a template does not fit a tokenizer.
  struct Misfit: Error { let reason: String }

  init(_ template: Template, _ encoder: TextEncoder) throws(Misfit) {
    (self.template, self.encoder) = (template, encoder)
    switch template.endOfTurn {
    case .endOfText:
      guard let id = encoder.endOfText else {
        throw Misfit(reason: "the template ends a turn with the end-of-text token, and the tokenizer has none")
      }
      endOfTurn = id
    case .named(let name):
      guard let id = encoder.singleToken(name) else {
        throw Misfit(reason: "the template ends a turn with '\(name)', which is not a single token of the tokenizer")
      }
      endOfTurn = id
    }
    switch template.beginning {
    case .tokenizer: prefix = encoder.prefix
    case .preferring(let name): prefix = encoder.singleToken(name).map { [$0] } ?? encoder.prefix
    case .written(let name):
      guard encoder.singleToken(name) != nil else {
        throw Misfit(reason: "the template begins a turn with '\(name)', which is not a single token of the tokenizer")
      }
      prefix = []
    }
    names = encoder.names(of: prefix, endOfTurn)
  }

  /// The tokens of a conversation: those that transformers gives for the whole text, unless a token would span the
  /// beginning of an answer.
  ///
  /// - Parameter messages: the indices of the messages that the answers belong to.
  func row(_ segments: [TemplateSegment], _ messages: [Int]) -> ChatRow {
    guard let names else { return joined(segments, messages) }
    var text = isBegun(segments) ? "" : names.prefix
    var answers: [Range<Int>] = []
    for segment in segments {
      let start = text.utf8.count
      switch segment {
      case .frame(let frame): text += frame
      case .answer(let answer):
        text += isEnded(answer) ? answer : answer + names.endOfTurn
        answers.append(start..<text.utf8.count)
      }
    }
    return RenderedTurns(text: text, answers: answers, messages: messages, areMarked: true).row(encoder)
  }

  /// The tokens of the segments one after another.
  private func joined(_ segments: [TemplateSegment], _ messages: [Int]) -> ChatRow {
    var ids = isBegun(segments) ? [] : prefix
    var answers: [Range<Int>] = []
    func encode(_ text: String) -> [Int32] {
      ids.count <= prefix.count ? encoder.encode(text) : encoder.encodeContinuation(text)
    }
    for segment in segments {
      switch segment {
      case .frame(let text): if !text.isEmpty { ids += encode(text) }
      case .answer(let text):
        let start = ids.count
        ids += (text.isEmpty ? [] : encode(text)) + (isEnded(text) ? [] : [endOfTurn])
        answers.append(start..<ids.count)
      }
    }
    return ChatRow(ids: ids, answers: answers, messages: messages)
  }

  /// Whether a plain text itself begins with the tokens that begin a text, so that they are not written twice.
  private func isBegun(_ segments: [TemplateSegment]) -> Bool {
    guard template.name == .plain, case .frame(let text)? = segments.first else { return false }
    return encoder.begins(text)
  }

  /// Whether a plain text itself ends with the end-of-text token.
  private func isEnded(_ answer: String) -> Bool { template.name == .plain && encoder.ends(answer) }
}

extension TextEncoder {
  /// The names of tokens before a text and of the one that ends an answer, if a text with these names must be tokenized
  /// as a whole: if the tokenizer writes the beginning of a text differently, or its tokens swallow white space.
  ///
  /// - Returns: nil also for tokens that the tokenizer does not find in a text.
  fileprivate func names(of prefix: [Int32], _ end: Int32) -> (prefix: String, endOfTurn: String)? {
    let prefixNames = prefix.compactMap(specialName)
    guard let name = specialName(end), prefixNames.count == prefix.count, singleToken(name) == end,
      zip(prefix, prefixNames).allSatisfy({ singleToken($1) == $0 })
    else { return nil }
    let parts = encode("\n") + encode("a ") + [end] + encode("\nb")
    return !marksBeginnings && encode("\na \(name)\nb") == parts ? nil : (prefixNames.joined(), name)
  }
}
