import Diagnostics

extension ChatEncoder {
  /// Combines a template, which may be the model's own, with a tokenizer.
  ///
  /// - Parameter model: the model's own template; nil if it has none.
  /// - Throws: `UserError` of kind `recipe` if the template does not fit the tokenizer, or the model has none.
  public init(_ name: TemplateName, model: ModelTemplate?, encoder: TextEncoder) throws {
    guard name == .model else {
      try self.init(template: .named(name), encoder: encoder)
      return
    }
    guard let model else {
      throw UserError.recipe(
        "data.template: 'model' asks for the model's own chat template, but the model has none (a chat_template.jinja, "
          + "or chat_template in its tokenizer_config.json); choose one of "
          + Template.builtIn.map(\.name.rawValue).joined(separator: ", "))
    }
    self.init(model, encoder)
  }

  /// The token with which the template ends an answer, if it is a special token.
  static func endOfTurn(_ model: ModelTemplate, _ encoder: TextEncoder) -> Int32? {
    let messages = [Message(.user, "?"), Message(.assistant, ModelTemplate.probe)]
    let turns = try? model.turns(of: messages.map(\.templateValue), answers: [1], context: ChatContext())
    guard let row = turns?.last?.row(encoder),
      let answer = row.answers.last
    else {
      return nil
    }
    return row.ids[answer].last { encoder.specialName($0) != nil }
  }
}
