import Autodiff

/// A linear layer of the model, `y = x Wᵀ (+ b)`.
public struct Linear {
  /// The weight's name without `.weight`, as in the model's files.
  public let name: String
  /// `[out, in]`.
  public internal(set) var weight: Weight
  /// `[out]`.
  public internal(set) var bias: Weight?

  init(_ description: LinearDescription, _ weights: Weights) {
    name = description.name
    weight = weights[description.weight]
    bias = description.bias.map { weights[$0] }
  }

  /// The layer of a weight that is no layer's, such as the vocabulary's head.
  init(_ weight: Weight) {
    name = weight.name.hasSuffix(".weight") ? String(weight.name.dropLast(".weight".count)) : weight.name
    self.weight = weight
  }

  /// The number of columns of the weight.
  public var inputs: Int { weight.variable.shape[1] }
  /// The number of rows of the weight.
  public var outputs: Int { weight.variable.shape[0] }

  /// Applies the layer: `[T, in]` to `[T, out]`.
  public func callAsFunction(_ x: Variable) -> Variable { linear(x, weight.variable, bias: bias?.variable) }
}
