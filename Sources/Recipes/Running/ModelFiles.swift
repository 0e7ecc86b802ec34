import Adapters
import Checkpoints
import Diagnostics
import Foundation
import InputFiles
import InstructionData
import LanguageModels
import StrictJSON
import Tensors
import Tokenization

/// A model's files, opened: configuration, tokenizer, tokens that end a text, and the weights, not yet read.
public struct ModelFiles {
  /// The folder or file; nil for a model with random weights.
  public let source: WeightsSource?
  /// The adapter that belongs to it, where one was opened.
  public private(set) var adapter: WeightsSource?
  /// How the model computes.
  public internal(set) var configuration: DecoderConfiguration
  /// Decides a reward model's head where the weights have none; nil where they must have it.
  var scoreSeed: UInt64?
  /// Everything but tensors, for what is written of the model.
  public var contents: ModelContents
  /// The tokenizer, where there is one.
  public let tokenizer: Tokenizer?
  /// The tokenizer as the data sees it.
  public let encoder: TextEncoder?
  /// Tokens at which generation stops.
  public let stopIDs: Set<Int32>
  /// The day that the model's own template is told; nil: today.
  public var day: CalendarDay?

  /// Opens a folder or an `.h5`.
  ///
  /// - Throws: `UserError` of kind `file`.
  public init(path: String) throws {
    let source = try WeightsSource.model(at: URL(fileURLWithPath: path))
    let place = source.path.hasSuffix(".h5") ? "\(source.path): /configuration" : "\(source.path)/config.json"
    let configuration = try DecoderConfiguration(parsing: source.configuration, place: place)
    let tokenizer = try source.tokenizer().map { try Tokenizer(bytes: $0.data, name: "\(source.path)/\($0.name)") }
    try self.init(source, configuration, try source.contents(), tokenizer, place: source.path)
  }

  /// A model with random weights: a configuration as in a `config.json`, and the path of a tokenizer.
  ///
  /// - Throws: `UserError` of kind `file`, also for a configuration that cannot be.
  public init(configuration object: JSONObject, tokenizer path: String?, place: String) throws {
    let tokenizer = try path.map { try Tokenizer(contentsOf: URL(fileURLWithPath: $0)) }
    var members = object.members
    func add(_ key: String, _ value: JSONValue) {
      if object[key] == nil { members.append((key, value)) }
    }
    add("model_type", .string(DecoderFamily.standard.modelType))
    add("architectures", [.string(DecoderFamily.standard.languageModelClass)])
    if let tokenizer {
      let encoder = TextEncoder(tokenizer)
      add("vocab_size", .integer(tokenizer.vocabularySize))
      if let first = encoder.prefix.first { add("bos_token_id", .integer(first)) }
      if let end = encoder.endOfText { add("eos_token_id", .integer(end)) }
    }
    let text = JSONValue.members(members).compactText
    var contents = ModelContents(kind: .model, configuration: text)
    if let path, path.hasSuffix(".json") { contents.tokenizer = try Self.text(ofFileAt: path) }
    let configuration = try DecoderConfiguration(parsing: text, place: place)
    try self.init(nil, configuration, contents, tokenizer, place: place)
  }

  /// A model of which there is only the description, whose weights are somewhere else.
  ///
  /// - Throws: `UserError` of kind `file`.
  init(describedBy contents: ModelContents, place: String) throws {
    let name = place.hasSuffix(".json") ? place : "\(place)/config.json"
    let configuration = try DecoderConfiguration(parsing: contents.configuration, place: name)
    let tokenizer = try contents.tokenizerFile.map { try Tokenizer(bytes: $0.data, name: "\(place)/\($0.name)") }
    try self.init(nil, configuration, contents, tokenizer, place: place)
  }

  private init(
    _ source: WeightsSource?, _ configuration: DecoderConfiguration, _ contents: ModelContents,
    _ tokenizer: Tokenizer?, place: String
  ) throws {
    if let tokenizer, tokenizer.vocabularySize > configuration.vocabularySize {
      throw UserError.file(
        "\(place): the tokenizer has \(tokenizer.vocabularySize) tokens, the model's vocab_size is "
          + "\(configuration.vocabularySize); the tokenizer belongs to another model")
    }
    self.source = source
    self.configuration = configuration
    self.contents = contents
    self.tokenizer = tokenizer
    let named = try Self.endOfText(contents, tokenizer, place: place) ?? configuration.endOfTextIDs.first
    encoder = tokenizer.map { TextEncoder($0, endOfText: named) }
    stopIDs = Set(configuration.endOfTextIDs + (try Self.generationEnds(contents, place: place)))
      .union([named ?? encoder?.endOfText].compactMap { $0 })
  }

  /// The text of a tokenizer's file, which has been read as one before.
  private static func text(ofFileAt path: String) throws -> String {
    String(decoding: try InputFile(path).contents(limit: .max), as: UTF8.self)
  }

  /// The token that `tokenizer_config.json` names as `eos_token`, a text or an object with `content`.
  private static func endOfText(_ contents: ModelContents, _ tokenizer: Tokenizer?, place: String) throws -> Int32? {
    let token = try object("tokenizer_config.json", contents, place)?["eos_token"]
    return (token?.stringValue ?? token?["content"]?.stringValue).flatMap { tokenizer?.id(of: $0) }
  }

  /// The tokens that `generation_config.json` names as `eos_token_id`: a number, a list of numbers or null.
  private static func generationEnds(_ contents: ModelContents, place: String) throws -> [Int32] {
    let name = "generation_config.json"
    guard let value = try object(name, contents, place)?["eos_token_id"], !value.isNull else { return [] }
    return try (value.arrayValue ?? [value]).map { element in
      guard let id = element.intValue.flatMap({ Int32(exactly: $0) }), id >= 0 else {
        throw UserError.file("\(place)/\(name): eos_token_id: expected a token's id or a list of them")
      }
      return id
    }
  }

  /// A small file of the model that must hold a JSON object; nil where it has none of this name.
  private static func object(_ name: String, _ contents: ModelContents, _ place: String) throws -> JSONObject? {
    guard let data = contents.files[name] else { return nil }
    do {
      let value = try JSONValue(parsing: data)
      guard let object = value.objectValue else {
        throw UserError.file("\(place)/\(name): is \(value.kindName); expected an object")
      }
      return object
    } catch let error as JSONError {
      throw UserError.file("\(place)/\(name): \(error)")
    }
  }

  /// The template: the one asked for, else the one noted with the model, else the model's own, else `plain`.
  ///
  /// - Throws: `UserError` of kind `file` where the noted one is unknown.
  public func template(_ asked: TemplateName?) throws -> TemplateName {
    if let asked { return asked }
    guard let noted = contents.template else { return hasOwnTemplate ? .model : .plain }
    guard let template = TemplateName(rawValue: noted) else {
      throw UserError.file(
        "\(source?.path ?? "the model"): its template '\(noted)' is not known; give --template."
          + suggestion(for: noted, in: TemplateName.allCases.map(\.rawValue)))
    }
    return template
  }

  /// Whether the model's files hold a template of conversations in the form of transformers.
  public var hasOwnTemplate: Bool { ModelTemplate.isPresent(in: contents.files) }

  /// The model's own template, or why it cannot be used; nil where it has none.
  public var modelTemplate: Result<ModelTemplate, UserError>? {
    do {
      return try ModelTemplate(files: contents.files, place: source?.path ?? "the model", day: day).map { .success($0) }
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

  /// Reads the weights, or draws them; and attaches the adapter where one was opened.
  ///
  /// - Throws: `UserError` of kind `file`, or `recipe` where they exceed the memory.
  public func model(precision: ElementType, trainable: Bool, seed: UInt64) throws -> LanguageModel {
    try checkMemory(trainable: trainable)
    guard let source else {
      return LanguageModel(randomly: configuration, seed: seed, precision: precision, trainable: trainable)
    }
    let model = try LanguageModel(
      configuration, reading: source, place: source.path, precision: precision, trainable: trainable,
      scoreSeed: scoreSeed)
    model.attachments = try adapter(for: model)?.attachments ?? .none
    return model
  }

  /// Reads the adapter that was opened, for the model that these files gave; nil where none was opened.
  ///
  /// - Throws: `UserError` of kind `file`, also where the adapter names another base.
  public func adapter(for model: LanguageModel) throws -> Adapter? {
    guard let adapter, let source else { return nil }
    let result = try Adapter(adapter, on: model) { try weightsDigest(of: source, threads: Threads.count) }
    if scoreSeed != nil, !result.scores {
      throw UserError.file("\(adapter.path): is of a reward model, and holds no '\(OutputHead.scoreWeight)'")
    }
    return result
  }
}

extension ModelFiles {
  /// Opens an adapter for the model; its tensors are read when it is attached.
  ///
  /// The template that was noted with the adapter stands before the model's own.
  ///
  /// - Throws: `UserError` of kind `file`.
  public mutating func openAdapter(at path: String) throws {
    let adapter = try WeightsSource.adapter(at: URL(fileURLWithPath: path))
    if let template = adapter.template { contents.template = template }
    if let task = (try? JSONValue(parsing: adapter.configuration.utf8))?["task_type"],
      task == .string(AdapterConfiguration.rewardTask)
    {
      self = try asRewardModel(seed: 0)
    }
    self.adapter = adapter
  }
}
