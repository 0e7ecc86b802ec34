import Adapters
import Checkpoints
import Diagnostics
import Foundation
import InstructionData
import LanguageModels
import StrictJSON
import Tokenization

/// A model's opened files: configuration, tokenizer, the tokens that end a text, and the weights, which are not read yet.
public struct ModelFiles {
  /// The folder or file; nil for a model with random weights.
  public let source: WeightsSource?
  /// The adapter that belongs to it, where one was opened.
  public internal(set) var adapter: WeightsSource?
  /// How the model computes.
  public internal(set) var configuration: DecoderConfiguration
  /// Decides the values of a reward model's head where the weights have none; nil where they must have one.
  public internal(set) var scoreSeed: UInt64?
  /// Everything but tensors, for files that are written of the model.
  public var contents: ModelContents
  /// The tokenizer, where there is one.
  public let tokenizer: Tokenizer?
  /// The tokenizer as the data uses it.
  public let encoder: TextEncoder?
  /// Tokens at which generation stops.
  public let stopIDs: Set<Int32>
  /// The date that the model's own template writes; nil: today's.
  public var day: CalendarDay?
  /// Variables for the model's own template; at first those that it was trained with.
  public var templateOptions: JSONObject?

  /// The folder or file, for messages.
  var place: String { source?.path ?? "the model" }

  /// Opens a folder or an `.h5`.
  ///
  /// - Throws: `UserError` of kind `file`.
  public init(path: String) throws {
    let source = try WeightsSource.model(at: URL(fileURLWithPath: path))
    let place = source.path.hasSuffix(".h5") ? "\(source.path): /configuration" : "\(source.path)/config.json"
    let described = try DecoderConfiguration(parsing: source.configuration, place: place)
    let configuration = try described.reconciled(with: source)
    var contents = try source.contents()
    let tokenizer = try Tokenizer(of: contents, place: source.path)
    if described.tiesEmbeddings, !configuration.tiesEmbeddings {
      contents.configuration = try JSONValue(parsing: contents.configuration.utf8)
        .replacing([("tie_word_embeddings", false)]).compactText
    }
    try self.init(source, configuration, contents, tokenizer, place: source.path)
  }

  /// A model with random weights: a configuration as in a `config.json`, and the path of a tokenizer.
  ///
  /// - Throws: `UserError` of kind `file`, also for an impossible configuration.
  public init(configuration object: JSONObject, tokenizer path: String?, place: String) throws {
    let files = try path.map { try TokenizerFiles(at: URL(fileURLWithPath: $0)) }
    let tokenizer = try files.map { try Tokenizer($0) }
    var members = object.members
    func add(_ key: String, _ value: JSONValue) {
      if object[key] == nil { members.append((key, value)) }
    }
    add("model_type", .string(DecoderFamily.standard.modelType))
    add("architectures", [.string(DecoderFamily.standard.languageModelClass)])
    let encoder = tokenizer.map { TextEncoder($0) }
    if let tokenizer { add("vocab_size", .integer(tokenizer.vocabularySize)) }
    // A family's default would be another tokenizer's.
    add("bos_token_id", encoder?.prefix.first.map { .integer($0) } ?? .null)
    add("eos_token_id", encoder?.endOfText.map { .integer($0) } ?? .null)
    let text = JSONValue.members(members).compactText
    var contents = ModelContents(kind: .model, configuration: text)
    if let files { contents.keep(files) }
    let configuration = try DecoderConfiguration(parsing: text, place: place, assumesSizes: false)
    try self.init(nil, configuration, contents, tokenizer, place: place)
  }

  /// A model of which there is only a description; its weights are not there.
  ///
  /// - Throws: `UserError` of kind `file`.
  init(describedBy contents: ModelContents, place: String) throws {
    let name = place.hasSuffix(".json") ? place : "\(place)/config.json"
    let configuration = try DecoderConfiguration(parsing: contents.configuration, place: name)
    let tokenizer = try Tokenizer(of: contents, place: place)
    try self.init(nil, configuration, contents, tokenizer, place: place)
  }

  private init(
    _ source: WeightsSource?, _ configuration: DecoderConfiguration, _ contents: ModelContents,
    _ tokenizer: Tokenizer?, place: String
  ) throws {
    let note = try tokenizer?.noteOnTokens(beyond: configuration.vocabularySize, place: place)
    self.source = source
    self.contents = contents
    self.tokenizer = tokenizer
    let ends = try ModelEnds(configuration, contents, tokenizer, place: place)
    self.configuration = configuration
    self.configuration.notes += ends.notes + [note].compactMap { $0 }
    encoder = tokenizer.map { TextEncoder($0, endOfText: ends.endOfText) }
    stopIDs = ends.stopIDs.union([ends.endOfText ?? encoder?.endOfText].compactMap { $0 })
    templateOptions = try contents.provenance.templateOptions(of: place)
  }
}

extension ModelFiles {
  /// Opens a model whose memory and time are to be estimated: its folder need not hold weights yet.
  ///
  /// - Throws: `UserError` of kind `file`.
  public static func described(at path: String) throws -> ModelFiles {
    let url = URL(fileURLWithPath: path)
    guard let contents = try ModelContents(ofFolderWithoutWeights: url) else { return try ModelFiles(path: path) }
    return try ModelFiles(describedBy: contents, place: path)
  }

  /// Opens an adapter for the model; its tensors are read when it is attached.
  ///
  /// The adapter's template, with its options, takes the place of the model's.
  ///
  /// - Throws: `UserError` of kind `file`.
  public mutating func openAdapter(at path: String) throws {
    let adapter = try WeightsSource.adapter(at: URL(fileURLWithPath: path))
    if let template = adapter.template {
      contents.template = template
      templateOptions = try adapter.provenance.templateOptions(of: path)
    }
    if adapter.isOfRewardModel { self = try asRewardModel(seed: 0) }
    configuration.notes += try AdapterConfiguration(adapter).notes(for: configuration, tensors: adapter)
    self.adapter = adapter
  }
}
