import LanguageModels
import StrictJSON

/// DoRA (2402.09353): LoRA with the magnitude of each row of the weight trained apart from its direction.
public struct DoRA: AdapterMethod {
  package static let name = "dora"

  /// The settings of the change in direction.
  public var direction: LoRA

  /// Takes the settings of the change in direction.
  public init(_ direction: LoRA = LoRA()) {
    self.direction = direction
  }

  package var summary: String { direction.summary(name: "DoRA") }

  package var onAllLayers: DoRA { DoRA(direction.onAllLayers) }

  package func problems(for model: DecoderConfiguration, hasTokenizer: Bool) -> [AdapterProblem] {
    direction.problems(for: model, hasTokenizer: hasTokenizer)
      + model.outerTargets.filter(direction.includes).map {
        AdapterProblem("targets", "dora trains layers inside the blocks; \($0.name) goes with method lora")
      }
      + (direction.initialization == .pissa
        ? [AdapterProblem("initialization", "pissa goes with method lora; dora starts from the weight itself")] : [])
  }

  /// A change of direction and a magnitude at every layer that the settings choose or the file has. The magnitudes start
  /// as the weight's own.
  package func attachments(for model: LanguageModel, _ tensors: AdapterTensors) throws -> Attachments {
    try direction.attachments(for: model, tensors, isWeightDecomposed: true)
  }

  package func notes(for model: DecoderConfiguration, stored: (String) -> Bool) -> [String] {
    direction.notes(for: model, isWeightDecomposed: true, stored: stored)
  }

  package static let fileType = LoRA.fileType
  package static let wholeTensorPrefix = LoRA.wholeTensorPrefix

  package static func isMeant(by file: AdapterReader) throws -> Bool { try !LoRA.isMeant(by: file) }

  package init(_ file: AdapterReader) throws {
    direction = try LoRA(file)
    if direction.hasBias { throw file.wrong("lora_bias", "false beside use_dora, as in PEFT") }
  }

  package func fileMembers(
    for model: DecoderConfiguration, tensors names: [String]
  ) -> [(key: String, value: JSONValue)] {
    direction.fileMembers(for: model, tensors: names, isWeightDecomposed: true)
  }
}

extension AdapterConfiguration {
  /// DoRA with these settings of the change in direction.
  public static func dora(_ direction: LoRA) -> AdapterConfiguration { AdapterConfiguration(DoRA(direction)) }
}
