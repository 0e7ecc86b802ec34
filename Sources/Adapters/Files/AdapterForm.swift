import Checkpoints
import Diagnostics
import Tensors

/// What PEFT puts before the names of a model's own modules.
let fileNamePrefix = "base_model.model."

/// An adapter as it stands in a file.
public struct AdapterForm {
  /// What `adapter_config.json` says.
  public var configuration: AdapterConfiguration
  /// Its tensors, float32.
  public var tensors: [(name: String, value: Tensor)]

  /// An adapter of some settings and tensors.
  public init(configuration: AdapterConfiguration, tensors: [(name: String, value: Tensor)]) {
    (self.configuration, self.tensors) = (configuration, tensors)
  }

  /// Reads an adapter as it stands, without its model.
  ///
  /// - Throws: `UserError` of kind `file`.
  public init(_ source: WeightsSource) throws {
    configuration = try AdapterConfiguration(source)
    tensors = try source.tensors.map { description in
      try source.checkConversion(of: description, to: .float32)
      let value = try Tensor(Shape(description.shape)) { try source.read(description.name, as: .float32, into: $0) }
      return (description.name, value)
    }
  }

  /// The tensor of a name, or nil.
  func tensor(_ name: String) -> Tensor? { tensors.first { $0.name == name }?.value }
}

extension AdapterConfiguration {
  /// Reads the configuration of an adapter that was opened.
  ///
  /// - Throws: `UserError` of kind `file`.
  public init(_ source: WeightsSource) throws {
    let place =
      source.path.hasSuffix(".h5") ? "\(source.path): /adapter_configuration" : "\(source.path)/adapter_config.json"
    try self.init(parsing: source.configuration, tensors: source, place: place)
  }
}
