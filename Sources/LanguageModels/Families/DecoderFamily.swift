import Diagnostics

/// A family of decoders: how its `config.json` is read, and what transformers calls its models.
///
/// To add one, write a file in this folder that describes its layers and names its weights, and register it in
/// ``all``. No other code asks which family a model is of.
public struct DecoderFamily: Sendable, Equatable {
  /// `model_type` in `config.json`.
  public let modelType: String
  /// What the names of transformers' classes begin with: `Llama`.
  public let className: String
  /// Reads the configuration of a model of this family.
  let describe: @Sendable (_ family: DecoderFamily, _ reader: ConfigurationReader) throws -> DecoderConfiguration

  /// All families, in the order in which messages list them.
  public static let all: [DecoderFamily] = [.llama, .mistral, .olmo2, .qwen2, .qwen3]

  /// The family of a configuration that is written from scratch.
  public static let standard = DecoderFamily.llama

  /// The class of a language model, as `architectures` names it.
  public var languageModelClass: String { className + "ForCausalLM" }
  /// The class of a reward model, as `architectures` names it.
  public var rewardModelClass: String { className + Self.rewardModelEnding }

  /// What the names of reward models' classes end with.
  static let rewardModelEnding = "ForSequenceClassification"

  /// The same `model_type`.
  public static func == (one: DecoderFamily, other: DecoderFamily) -> Bool { one.modelType == other.modelType }
}

extension DecoderFamily {
  /// The family that a configuration names.
  ///
  /// - Throws: `UserError` of kind `file` where `model_type` is missing or not known.
  init(_ reader: ConfigurationReader) throws {
    guard let type = try reader.string("model_type") else { throw reader.missing("model_type") }
    guard let family = Self.all.first(where: { $0.modelType == type }) else {
      let known = Self.all.map(\.modelType)
      throw UserError.file(
        "\(reader.place): model_type '\(type)' is not a family that Attune knows: \(known.joined(separator: ", "))."
          + suggestion(for: type, in: known))
    }
    self = family
  }
}
