import Diagnostics

/// Tensors that can be read by name, such as a safetensors file, a folder of them, or a group of an HDF5 file.
public protocol TensorSource: Sendable {
  /// The file or folder, for messages.
  var path: String { get }
  /// The tensors, sorted by the bytes of their names.
  var tensors: [TensorDescription] { get }
  /// The tensor with the given name, or nil.
  func description(of name: String) -> TensorDescription?
  /// Reads rows (of the first dimension) of a tensor into the caller's memory.
  ///
  /// Every type can be read unchanged. float32, float16 and bfloat16 are also converted to float32 or bfloat16 on
  /// request (rounded to nearest, ties to even).
  ///
  /// - Parameters:
  ///   - rows: must lie within `0..<rowCount`.
  ///   - target: exactly as many bytes as the rows have in `type`, with the alignment of an element.
  /// - Throws: `UserError` of kind `file`.
  func read(
    _ tensor: TensorDescription, rows: Range<Int>, as type: StoredType, into target: UnsafeMutableRawBufferPointer)
    throws
}

extension TensorSource {
  /// The tensor with the given name.
  ///
  /// - Throws: `UserError` of kind `file` with the nearest name, if there is no such tensor.
  public func tensor(named name: String) throws -> TensorDescription {
    if let tensor = description(of: name) { return tensor }
    throw UserError.file(
      "\(path): there is no tensor '\(name)'.\(suggestion(for: name, in: tensors.lazy.map(\.name)))")
  }

  /// Reads a complete tensor into the caller's memory, which must have exactly the tensor's size in `type`.
  ///
  /// - Throws: `UserError` of kind `file`, also if the tensor does not exist or cannot be converted to this type.
  public func read(_ name: String, as type: StoredType, into target: UnsafeMutableRawBufferPointer) throws {
    let tensor = try tensor(named: name)
    try read(tensor, rows: 0..<tensor.rowCount, as: type, into: target)
  }

  /// Reads a complete tensor as float32 values, for small tensors and for tests.
  ///
  /// - Throws: `UserError` of kind `file`, also if the tensor does not exist or does not hold floats.
  public func floats(_ name: String) throws -> [Float] {
    let tensor = try tensor(named: name)
    try checkConversion(of: tensor, to: .float32)
    return try [Float](unsafeUninitializedCapacity: tensor.elementCount) { buffer, count in
      try read(
        tensor, rows: 0..<tensor.rowCount, as: .float32,
        into: UnsafeMutableRawBufferPointer(
          rebasing: UnsafeMutableRawBufferPointer(buffer)[..<(tensor.elementCount * 4)]))
      count = tensor.elementCount
    }
  }

  /// Rejects a type to which a tensor cannot be converted.
  package func checkConversion(of tensor: TensorDescription, to type: StoredType) throws {
    guard NumberConversion.isPossible(from: tensor.type, to: type) else {
      throw UserError.file(
        "\(path): tensor '\(tensor.name)' holds \(tensor.type.rawValue); expected float32, float16 or bfloat16")
    }
  }

  /// Checks a request for rows and returns the number of elements. An invalid request is a programmer's mistake.
  package func elementCount(
    of tensor: TensorDescription, rows: Range<Int>, as type: StoredType, in target: UnsafeMutableRawBufferPointer
  ) throws -> Int {
    try checkConversion(of: tensor, to: type)
    precondition(
      rows.lowerBound >= 0 && rows.upperBound <= tensor.rowCount,
      "rows \(rows) of tensor '\(tensor.name)' of shape \(tensor.shape)")
    let count = rows.count * tensor.rowElementCount
    precondition(
      target.count == count * type.bitWidth / 8,
      "memory of \(target.count) bytes for \(rows.count) rows of tensor '\(tensor.name)' of shape \(tensor.shape)")
    return count
  }
}
