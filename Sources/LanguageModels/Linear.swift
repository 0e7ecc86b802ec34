import Autodiff

/// A linear layer of the model, `y = x Wᵀ (+ b)`.
public struct Linear {
  /// The weight's name without `.weight`, as in the model's files.
  public let name: String
  /// `[out, in]`.
  public let weight: Variable
  /// `[out]`.
  public let bias: Variable?

  /// Applies the layer: `[T, in]` to `[T, out]`.
  public func callAsFunction(_ x: Variable) -> Variable { linear(x, weight, bias: bias) }
}
