import Autodiff
import Tensors

/// A norm of the model.
struct Norm {
  private let weight: Weight
  private let epsilon: Float

  init(_ description: NormDescription, _ weights: Weights) {
    weight = weights[description.weight]
    epsilon = description.epsilon
  }

  /// Normalizes rows, or parts of them as wide as the weight; the result is of `type`, or of x's.
  ///
  /// - Parameter isRecomputable: whether the result may be forgotten and computed again.
  func callAsFunction(
    _ x: Variable, _ attached: Attachments, as type: ElementType? = nil, isRecomputable: Bool = false
  ) -> Variable {
    rmsNorm(x, attached(weight), epsilon: epsilon, as: type, isRecomputable: isRecomputable)
  }
}

/// The norms around a sublayer.
struct NormPair {
  private let first: Norm?
  private let second: Norm?

  init(_ description: SublayerNorms, _ weights: Weights) {
    first = description.before.map { Norm($0, weights) }
    second = description.after.map { Norm($0, weights) }
  }

  /// What the sublayer reads of the residual stream, in the precision of products.
  func before(_ x: Variable, _ context: LayerContext) -> Variable {
    guard let first else { return x.cast(to: context.precision) }
    return first(x, context.attached, as: context.precision, isRecomputable: context.recomputesNorms)
  }

  /// What is added to the residual stream.
  func after(_ y: Variable, _ context: LayerContext) -> Variable { second.map { $0(y, context.attached) } ?? y }
}
