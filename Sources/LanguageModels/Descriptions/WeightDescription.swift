import Tensors

/// A weight of a model: its name in the model's files, its shape, and what it is used for.
public struct WeightDescription: Sendable, Equatable {
  /// What a weight is used for.
  public enum Kind: Sendable, Equatable {
    /// The table that turns tokens into rows, `[V, C]`.
    case embedding
    /// The matrix that turns the last states into logits, `[V, C]`.
    case head
    /// A reward model's head, `[1, C]`.
    case score
    /// The matrix of a linear layer, `[out, in]`.
    case linear
    /// The bias of a linear layer, `[out]`.
    case bias
    /// The factors of a norm.
    case norm
  }

  /// The name in the model's files: `model.norm.weight`.
  public let name: String
  /// The extents, outermost first. Their product may overflow: a configuration can ask for anything.
  public let extents: [Int]
  /// What the weight is used for.
  public let kind: Kind

  /// The extents as the shape of a tensor.
  public var shape: Shape { Shape(extents) }
}
