/// A norm of a model: RMSNorm (1910.07467).
public struct NormDescription: Sendable, Equatable {
  /// The weight's name without `.weight`: `model.norm`.
  public var name: String
  /// How many neighbouring numbers are normalized together: the whole row, or each head of it.
  public var width: Int
  /// ε, which is added to the mean of the squares.
  public var epsilon: Float

  /// The factors, `[width]`.
  public var weight: WeightDescription {
    WeightDescription(name: name + ".weight", extents: [width], kind: .norm)
  }
}

/// The norms around a sublayer f, where there are any: `x + after(f(before(x)))`.
public struct SublayerNorms: Sendable, Equatable {
  /// Over the residual stream that the sublayer reads.
  public var before: NormDescription?
  /// Over what the sublayer adds to the residual stream.
  public var after: NormDescription?
}
