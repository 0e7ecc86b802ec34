import Autodiff
import Tensors

/// What layers need to know of a pass through the model, besides their weights and inputs.
struct LayerContext {
  /// The rows that are requested of the last layer, and their angles.
  typealias Request = (selection: RequestedRows, angles: PositionAngles)

  /// What activations and the operands of products are.
  let precision: ElementType
  /// Who sees whom.
  let spans: [AttentionSpan]
  /// The angles of all rows.
  let angles: PositionAngles
  /// What is requested of the last layer; nil: all rows.
  let request: Request?
  /// Whether norms are computed again in the backward pass.
  let recomputesNorms: Bool
  /// What adapters have put into the model.
  let attached: Attachments
  /// What adapters get to know of the pass.
  let pass: Pass
  /// Learned keys and values of every layer that precede the computed ones; empty: none.
  let learned: [(keys: Variable, values: Variable)]
}

/// The angles of some positions, for every way in which layers of the model turn their heads.
struct PositionAngles {
  private let angles: [RotaryConfiguration: RotaryAngles]

  init(_ positions: [Int], _ rotaries: Set<RotaryConfiguration>) {
    angles = Dictionary(
      uniqueKeysWithValues: rotaries.map {
        ($0, RotaryAngles(positions: positions, frequencies: $0.frequencies))
      })
  }

  subscript(rotary: RotaryConfiguration) -> RotaryAngles {
    guard let found = angles[rotary] else { preconditionFailure("a layer turns its heads as none of the model's do") }
    return found
  }
}
