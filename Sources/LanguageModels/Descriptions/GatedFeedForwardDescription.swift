/// A feed-forward whose inner values are gated (2002.05202): `down(activation(gate(x)) ⊙ up(x))`.
public struct GatedFeedForwardDescription: Sendable, Equatable {
  /// From the model's width to the inner width F.
  public var gate: LinearDescription
  /// From the model's width to the inner width F.
  public var up: LinearDescription
  /// From the inner width F back to the model's width.
  public var down: LinearDescription
  /// The function on the gate.
  public var activation: GateActivation

  /// The linear layers, in the order of the model's parameters.
  var linears: [LinearDescription] { [gate, up, down] }
}

/// The function on the gate of a feed-forward.
public enum GateActivation: String, Sendable, CaseIterable {
  /// `x σ(x)`: SwiGLU.
  case silu
}
