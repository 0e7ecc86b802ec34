import Diagnostics
import InstructionData

extension ModelFiles {
  /// The template: the one asked for, else the one noted with the model, else the model's own, else `plain`.
  ///
  /// - Throws: `UserError` of kind `file` where the noted one is unknown.
  public func template(_ asked: TemplateName?) throws -> TemplateName {
    if let asked { return asked }
    guard let noted = contents.template else { return standardTemplate }
    guard let template = TemplateName(rawValue: noted) else {
      throw UserError.file(
        "\(place): its template '\(noted)' is not known; give --template."
          + suggestion(for: noted, in: TemplateName.allCases.map(\.rawValue)))
    }
    return template
  }

  /// The template where nothing names one: the model's own, or `plain` where it has none.
  public var standardTemplate: TemplateName { hasOwnTemplate ? .model : .plain }

  /// Whether the model's files hold a template of conversations in transformers' form.
  public var hasOwnTemplate: Bool { ModelTemplate.isPresent(in: contents.files) }

  /// The model's own template, or why it cannot be used; nil where it has none.
  public var modelTemplate: Result<ModelTemplate, UserError>? {
    do {
      let template = try ModelTemplate(files: contents.files, place: place, day: day, options: templateOptions)
      return template.map { .success($0) }
    } catch {
      return .failure(error as? UserError ?? .file("\(error)"))
    }
  }

  /// A template together with the tokenizer; nil where there is no tokenizer.
  ///
  /// - Throws: `UserError` where the template does not fit the tokenizer, or is the model's own and cannot be used.
  public func chatEncoder(_ template: TemplateName) throws -> ChatEncoder? {
    try encoder.map { encoder in
      try ChatEncoder(template, model: template == .model ? modelTemplate?.get() : nil, encoder: encoder)
    }
  }
}
