import Autodiff

/// The gated feed-forward of a layer.
struct GatedFeedForward {
  let gate: Linear
  let up: Linear
  let down: Linear
  private let activation: GateActivation

  init(_ description: GatedFeedForwardDescription, _ weights: Weights) {
    gate = Linear(description.gate, weights)
    up = Linear(description.up, weights)
    down = Linear(description.down, weights)
    activation = description.activation
  }

  /// The linear layers, in the order of the model's parameters.
  var linears: [Linear] { [gate, up, down] }

  /// From what the layer reads of the residual stream, `[T, C]`, to what it adds, `[T, C]`.
  func callAsFunction(_ x: Variable, _ context: LayerContext) -> Variable {
    let (attached, pass) = (context.attached, context.pass)
    let inputs = attached([gate, up], x, pass)
    if context.recomputesNorms { x.forgetValue() }
    let inner = activation(inputs[0], inputs[1])
    let lowered = attached(down, inner, pass)
    inner.forgetValue()
    return lowered
  }
}

extension GateActivation {
  /// `activation(gate) ⊙ up`. The result can be forgotten and computed again.
  fileprivate func callAsFunction(_ gate: Variable, _ up: Variable) -> Variable {
    switch self {
    case .silu: swiGLU(gate, up)
    }
  }
}
