import Checkpoints
import Diagnostics
import Foundation
import LanguageModels
import StrictJSON
import Tensors

extension Adapter {
  /// Reads an adapter for a model: from a PEFT folder, an Attune `.h5`, or a checkpoint that holds one.
  ///
  /// - Throws: `UserError` of kind `file`; also where the adapter names another base than `baseDigest`.
  public init(_ source: WeightsSource, on model: LanguageModel, baseDigest: () throws -> String?) throws {
    let configuration = try AdapterConfiguration(source)
    if let expected = source.provenance[ModelContents.baseDigest], let base = try baseDigest(), expected != base {
      let path = source.provenance[ModelContents.basePath].map { " (\($0) when it was trained)" } ?? ""
      throw UserError.file(
        "\(source.path): the adapter was made for another base\(path): it names the weights \(expected.prefix(12))…, "
          + "this model's are \(base.prefix(12))…")
    }
    try self.init(configuration, reading: source, on: model)
  }
}

extension AdapterForm {
  /// The text of `adapter_config.json`.
  public func configurationText(for model: DecoderConfiguration, basePath: String?) -> String {
    configuration.json(for: model, tensors: tensors.map(\.name), basePath: basePath).compactText
  }

  /// Writes the adapter as an `.h5` or as a PEFT folder.
  ///
  /// - Parameter contents: what accompanies the tensors; its configuration is set here.
  /// - Throws: `UserError` of kind `recipe` or `output`.
  public func write(to url: URL, _ contents: ModelContents, for model: DecoderConfiguration) throws {
    var contents = contents
    contents.configuration = configurationText(for: model, basePath: contents.provenance[ModelContents.basePath])
    try write(to: url, contents)
  }

  /// Writes the adapter as an `.h5` or as a PEFT folder, with a configuration that is already text.
  ///
  /// - Throws: `UserError` of kind `recipe` or `output`.
  public func write(to url: URL, _ contents: ModelContents) throws {
    let writer = try WeightsWriter(
      url, contents,
      tensors: tensors.map { try TensorDescription(name: $0.name, shape: $0.value.shape.extents, type: .float32) })
    for (name, value) in tensors {
      try value.withBytes { try writer.write(name, from: $0, as: .float32) }
    }
    try writer.finish()
  }
}
