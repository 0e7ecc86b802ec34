import LanguageModels
import StrictJSON

/// The model's own biases and norms, trained whole: BitFit (2106.10199) for models that have few biases or none.
public struct BiasNorm: AdapterMethod {
  package static let name = "bias_norm"

  /// There is nothing to set.
  public init() {}

  package var summary: String { "biases and norms" }

  package func attachments(for model: LanguageModel, _ tensors: AdapterTensors) throws -> Attachments {
    try trainNorms(on: model, andBiases: true, tensors)
  }

  package func notes(for model: DecoderConfiguration, stored: (String) -> Bool) -> [String] {
    notesOnNorms(of: model, andBiases: true, stored: stored)
  }

  package static let fileType = "BIAS_NORM"

  package init(_ file: AdapterReader) throws {
    try file.refuseOthers(than: [])
  }

  package func fileMembers(
    for model: DecoderConfiguration, tensors names: [String]
  ) -> [(key: String, value: JSONValue)] { [] }
}

extension AdapterConfiguration {
  /// Biases and norms.
  public static var biasNorm: AdapterConfiguration { AdapterConfiguration(BiasNorm()) }
}
