/// A linear layer of a model, `y = x Wᵀ (+ b)`.
public struct LinearDescription: Sendable, Equatable {
  /// The index of the decoder layer that it belongs to.
  public var layer: Int
  /// The weight's name without `.weight`: `model.layers.0.self_attn.q_proj`.
  public var name: String
  /// Rows of the weight.
  public var outputs: Int
  /// Columns of the weight.
  public var inputs: Int
  /// Whether there is a bias.
  public var hasBias: Bool

  /// The last part of the name, by which adapters are aimed: `q_proj`.
  public var role: String { lastPart(of: name) }

  /// The weight, `[out, in]`.
  public var weight: WeightDescription {
    WeightDescription(name: name + ".weight", extents: [outputs, inputs], kind: .linear)
  }

  /// The bias, `[out]`, where there is one.
  public var bias: WeightDescription? {
    hasBias ? WeightDescription(name: name + ".bias", extents: [outputs], kind: .bias) : nil
  }
}

/// The last part of a module's name.
func lastPart(of name: String) -> String { name.split(separator: ".").last.map(String.init) ?? name }
