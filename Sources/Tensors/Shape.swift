/// The extents of a tensor, outermost first; the last one is contiguous in memory.
public struct Shape: Sendable, Hashable, CustomStringConvertible, ExpressibleByArrayLiteral {
  /// The extents, outermost first.
  public let extents: [Int]
  /// The number of elements; 1 for a scalar.
  public let count: Int

  /// Makes a shape; extents must not be negative.
  public init(_ extents: [Int]) {
    precondition(extents.allSatisfy { $0 >= 0 }, "a shape has no negative extent: \(extents)")
    self.extents = extents
    count = extents.reduce(1, *)
  }

  /// Makes a shape from its extents.
  public init(arrayLiteral extents: Int...) { self.init(extents) }

  /// The number of dimensions.
  public var rank: Int { extents.count }
  /// The extent of a dimension.
  public subscript(dimension: Int) -> Int { extents[dimension] }
  /// The last extent; 1 for a scalar.
  public var width: Int { extents.last ?? 1 }
  /// How many rows of ``width`` elements there are.
  public var rows: Int { width == 0 ? 0 : count / width }
  /// `[2, 3]`.
  public var description: String { "\(extents)" }
}
