/// A linear layer of a model, as its configuration describes it.
public struct LinearShape: Sendable, Equatable {
  /// The layer it stands in.
  public let layer: Int
  /// The weight's name without `.weight`: `model.layers.0.self_attn.q_proj`.
  public let name: String
  /// Rows of the weight.
  public let outputs: Int
  /// Columns of the weight.
  public let inputs: Int
  /// Whether there is a bias.
  public let hasBias: Bool

  /// The last part of the name, by which adapters are aimed: `q_proj`.
  public var role: String { String(name.split(separator: ".").last ?? "") }
}

extension DecoderConfiguration {
  /// The linear layers of a block: queries, keys, values, attention's output, gate, up, down.
  public func linearShapes(ofLayer layer: Int) -> [LinearShape] {
    let (queries, keys) = (headCount * headWidth, keyValueHeadCount * headWidth)
    func shape(_ role: String, _ outputs: Int, _ inputs: Int, bias: Bool) -> LinearShape {
      LinearShape(layer: layer, name: "model.layers.\(layer).\(role)", outputs: outputs, inputs: inputs, hasBias: bias)
    }
    return [
      shape("self_attn.q_proj", queries, hiddenSize, bias: hasQueryKeyValueBias),
      shape("self_attn.k_proj", keys, hiddenSize, bias: hasQueryKeyValueBias),
      shape("self_attn.v_proj", keys, hiddenSize, bias: hasQueryKeyValueBias),
      shape("self_attn.o_proj", hiddenSize, queries, bias: hasAttentionOutputBias),
      shape("mlp.gate_proj", feedForwardSize, hiddenSize, bias: hasFeedForwardBias),
      shape("mlp.up_proj", feedForwardSize, hiddenSize, bias: hasFeedForwardBias),
      shape("mlp.down_proj", hiddenSize, feedForwardSize, bias: hasFeedForwardBias),
    ]
  }

  /// The linear layers of all blocks: where adapters may go.
  public var linearShapes: [LinearShape] { (0..<layerCount).flatMap(linearShapes) }
}
