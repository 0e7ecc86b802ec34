import Autodiff
import Checkpoints
import Diagnostics
import Tensors

extension AttuneFileWriter {
  /// Writes a tensor as it is in memory.
  ///
  /// - Throws: `UserError` of kind `output`.
  public func write(_ name: String, _ tensor: Tensor, to group: TensorGroup) throws {
    let type: StoredType = tensor.elementType == .float32 ? .float32 : .bfloat16
    let description = try TensorDescription(name: name, shape: tensor.shape.extents, type: type)
    try tensor.withBytes { try write(description, to: group, from: $0, as: type) }
  }
}

extension TensorSource {
  /// Reads a float32 tensor of a known shape.
  ///
  /// - Throws: `UserError` of kind `file` if it is missing or has another shape.
  func tensor(_ name: String, _ shape: Shape) throws -> Tensor {
    let found = try tensor(named: name)
    guard found.shape == shape.extents else {
      throw UserError.file("\(path): the tensor '\(name)' has the shape \(found.shape), expected \(shape)")
    }
    return try Tensor(shape) { try read(name, as: .float32, into: $0) }
  }

  /// Reads a tensor into a parameter of its shape.
  func read(_ name: String, into parameter: Variable) throws {
    let value = try tensor(name, parameter.shape)
    parameter.updateValue { copyElements(of: value, to: $0) }
  }
}
