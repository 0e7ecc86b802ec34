/// A file or folder with tensors and other contents, which reads its tensors from another source.
protocol ForwardingTensorSource: TensorSource {
  /// The source of the tensors.
  var weights: any TensorSource { get }
}

extension ForwardingTensorSource {
  /// The tensors, sorted by the bytes of their names.
  public var tensors: [TensorDescription] { weights.tensors }

  /// The tensor with the given name, or nil.
  public func description(of name: String) -> TensorDescription? { weights.description(of: name) }

  /// Reads rows of a tensor (see ``TensorSource``).
  public func read(
    _ tensor: TensorDescription, rows: Range<Int>, as type: StoredType, into target: UnsafeMutableRawBufferPointer
  ) throws {
    try weights.read(tensor, rows: rows, as: type, into: target)
  }
}
