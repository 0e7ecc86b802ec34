import Autodiff
import Checkpoints
import Diagnostics
import Tensors

extension AttuneFileWriter {
  /// Writes a tensor as it is in memory.
  ///
  /// - Throws: `UserError` of kind `output`.
  public func write(_ name: String, _ tensor: Tensor, to group: TensorGroup) throws {
    let type = StoredType(tensor.elementType)
    let description = try TensorDescription(name: name, shape: tensor.shape.extents, type: type)
    try tensor.withBytes { try write(description, to: group, from: $0, as: type) }
  }
}

extension TensorSource {
  /// Reads a tensor of a known shape in an element type.
  ///
  /// - Throws: `UserError` of kind `file` if it is missing or has another shape.
  func tensor(_ name: String, _ shape: Shape, _ type: ElementType = .float32) throws -> Tensor {
    try check(shape, of: name)
    return try Tensor(shape, type) { try read(name, as: StoredType(type), into: $0) }
  }

  /// Refuses a tensor of another shape.
  ///
  /// - Throws: `UserError` of kind `file`.
  func check(_ shape: Shape, of name: String) throws {
    let found = try tensor(named: name)
    guard found.shape == shape.extents else {
      throw UserError.file("\(path): the tensor '\(name)' has the shape \(found.shape), expected \(shape)")
    }
  }

  /// Reads a tensor into a parameter of its shape.
  func read(_ name: String, into parameter: Variable) throws {
    let value = try tensor(name, parameter.shape, parameter.elementType)
    parameter.updateValue { copyElements(of: value, to: $0) }
  }
}

extension StoredType {
  /// How an element type is stored.
  public init(_ type: ElementType) { self = type == .float32 ? .float32 : .bfloat16 }
}
