import Checkpoints
import Diagnostics
import LanguageModels
import StrictJSON

extension AdapterConfiguration {
  /// Reads the configuration of an opened adapter.
  ///
  /// - Throws: `UserError` of kind `file`.
  public init(_ source: WeightsSource) throws {
    let place =
      source.path.hasSuffix(".h5") ? "\(source.path): /adapter_configuration" : "\(source.path)/adapter_config.json"
    try self.init(parsing: source.configuration, tensors: source, place: place)
  }

  /// Reads `adapter_config.json`, PEFT's or Attune's own.
  ///
  /// What a file asks for and Attune does not compute is refused by name; keys that ask for nothing (null, false, empty,
  /// or PEFT's default) are passed over.
  ///
  /// - Parameters:
  ///   - tensors: the adapter's tensors, which show what was folded already.
  ///   - place: the file's path, for messages.
  /// - Throws: `UserError` of kind `file`.
  public init(parsing text: String, tensors: some TensorSource, place: String) throws {
    let reader = AdapterReader(try JSONObject(parsing: text.utf8, file: place), tensors: tensors, place: place)
    let type = try reader.string("peft_type") ?? { throw reader.missing("peft_type") }()
    guard let method = try Self.methods.first(where: { try $0.fileType == type && $0.isMeant(by: reader) }) else {
      let known = Self.fileTypes
      throw UserError.file(
        "\(place): peft_type '\(type)' is not a method that Attune knows: \(known.joined(separator: ", "))."
          + suggestion(for: type, in: known))
    }
    let settings = try method.init(reader)
    self.init(settings, whole: try WholeModules(reader), fileNotes: try reader.notes())
  }

  /// What `peft_type` can be.
  private static var fileTypes: [String] {
    methods.map { $0.fileType }.reduce(into: []) { types, type in if !types.contains(type) { types.append(type) } }
  }

  /// `adapter_config.json` as PEFT writes it, or in the same form for methods that PEFT does not have.
  ///
  /// - Parameters:
  ///   - names: the tensors' names, which show the modules that have a part.
  ///   - basePath: the value of `base_model_name_or_path`.
  func json(for model: DecoderConfiguration, tensors names: [String], basePath: String?) -> JSONValue {
    let common: [(key: String, value: JSONValue)] = [
      ("peft_type", .string(type(of: settings).fileType)),
      ("base_model_name_or_path", basePath.map { .string($0) } ?? .null), ("inference_mode", true),
      ("task_type", names.contains(scoreName) ? .string(Self.rewardTask) : "CAUSAL_LM"),
    ]
    let members = common + settings.fileMembers(for: model, tensors: names)
    return JSONValue.members(members).replacing(whole.fileMembers)
  }

  /// The `task_type` of an adapter that brings a reward model's head.
  public static let rewardTask = "SEQ_CLS"
}

/// What PEFT puts before the names of a model's own modules.
let fileNamePrefix = "base_model.model."

/// The name of a reward model's head in files.
let scoreName = fileNamePrefix + OutputHead.scoreWeight

extension JSONValue {
  /// An array of strings.
  static func strings(_ values: [String]) -> JSONValue { .array(values.map { .string($0) }) }
}
