import Diagnostics

/// Name, shape and stored type of a tensor in a file.
public struct TensorDescription: Sendable, Equatable {
  /// The parameter's name as Hugging Face and PEFT write it, its parts separated by points.
  public let name: String
  /// The extents, slowest first; empty for a single number.
  public let shape: [Int]
  /// The number type in which it is stored.
  public let type: StoredType
  /// The number of elements.
  public let elementCount: Int
  /// The number of bytes in the file, without chunk padding.
  public let byteCount: Int

  /// The most dimensions a tensor may have: HDF5's own limit.
  public static let maximumRank = 32

  /// Describes a tensor.
  ///
  /// - Throws: `UserError` of kind `file` where an extent is negative, the rank above ``maximumRank``, or the size in
  ///   bytes too large for an integer or no whole number.
  public init(name: String, shape: [Int], type: StoredType) throws {
    var count = 1
    var overflow = false
    for extent in shape {
      let (product, tooLarge) = count.multipliedReportingOverflow(by: extent)
      count = product
      overflow = overflow || tooLarge || extent < 0
    }
    let (bits, tooLarge) = count.multipliedReportingOverflow(by: type.bitWidth)
    guard !overflow, !tooLarge, shape.count <= Self.maximumRank, bits % 8 == 0 else {
      throw UserError.file("tensor '\(name)': the shape \(shape) of \(type.rawValue) is impossible")
    }
    self.name = name
    self.shape = shape
    self.type = type
    elementCount = count
    byteCount = bits / 8
  }

  /// The extent of the first dimension; 1 for a single number.
  public var rowCount: Int { shape.first ?? 1 }

  /// The number of elements of one row: of all dimensions but the first.
  public var rowElementCount: Int { rowCount == 0 ? 0 : elementCount / rowCount }

  /// The same tensor stored as another type.
  public func stored(as type: StoredType) throws -> TensorDescription {
    try TensorDescription(name: name, shape: shape, type: type)
  }
}

extension [TensorDescription] {
  /// Sorted by the bytes of their names: the order of every listing in this module.
  package func inNameOrder() -> [TensorDescription] {
    sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }
}
