import Checkpoints
import Tensors

/// An adapter as it is in a file.
public struct AdapterForm {
  /// The content of `adapter_config.json`.
  public var configuration: AdapterConfiguration
  /// Its tensors, float32.
  public var tensors: [(name: String, value: Tensor)]

  /// An adapter of some settings and tensors.
  public init(configuration: AdapterConfiguration, tensors: [(name: String, value: Tensor)]) {
    (self.configuration, self.tensors) = (configuration, tensors)
  }

  /// Reads an adapter as it is, without its model.
  ///
  /// - Throws: `UserError` of kind `file`.
  public init(_ source: WeightsSource) throws {
    configuration = try AdapterConfiguration(source)
    tensors = try source.tensors.map { ($0.name, try source.float32($0)) }
  }

  /// The tensor of a name, or nil.
  func tensor(_ name: String) -> Tensor? { tensors.first { $0.name == name }?.value }
}
