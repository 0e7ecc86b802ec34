import Autodiff
import Tensors

/// What recomputation trades memory for.
public enum ActivationCheckpointing: String, Sendable, CaseIterable {
  /// What derivatives read is kept, but for SwiGLU's product, which is always computed again: a tenth of the memory for a
  /// hundredth of the time.
  case none
  /// The outputs of products are kept; norms are computed again too.
  case selective
  /// Only the input of each layer is kept; layers are computed again.
  case full
}

/// One layer: attention and feed-forward, each behind a norm and added to the residual stream.
public struct DecoderLayer {
  let inputNorm: Variable
  let query: Linear
  let key: Linear
  let value: Linear
  let output: Linear
  /// RMSNorm over each head of queries and keys, where the family has it.
  let headNorms: (query: Variable, key: Variable)?
  let feedForwardNorm: Variable
  let gate: Linear
  let up: Linear
  let down: Linear

  /// Everything a layer needs to know besides its weights.
  struct Context {
    let configuration: DecoderConfiguration
    let precision: ElementType
    let angles: RotaryAngles
    let spans: [AttentionSpan]
    let recomputesNorms: Bool
  }

  /// The layer's pass over the residual stream, `[T, C]`.
  func callAsFunction(_ x: Variable, _ context: Context, cache: LayerCache? = nil) -> Variable {
    let attended = x + attend(norm(x, inputNorm, context), context, cache)
    let normed = norm(attended, feedForwardNorm, context)
    let (gated, raised) = (gate(normed), up(normed))
    if context.recomputesNorms { normed.forgetValue() }
    let inner = swiGLU(gated, raised)
    let lowered = down(inner)
    inner.forgetValue()
    return attended + lowered
  }

  private func attend(_ normed: Variable, _ context: Context, _ cache: LayerCache?) -> Variable {
    let width = context.configuration.headWidth
    var (q, k, v) = (query(normed), key(normed), value(normed))
    if context.recomputesNorms { normed.forgetValue() }
    if let headNorms {
      q = rmsNorm(q, headNorms.query, epsilon: context.configuration.normEpsilon)
      k = rmsNorm(k, headNorms.key, epsilon: context.configuration.normEpsilon)
    }
    q = rotary(q, context.angles, headWidth: width)
    k = rotary(k, context.angles, headWidth: width)
    if let cache { (k, v) = cache.append(k, v, context.spans) }
    return output(attention(q, k, v, headWidth: width, spans: context.spans))
  }

  private func norm(_ x: Variable, _ weight: Variable, _ context: Context) -> Variable {
    rmsNorm(x, weight, epsilon: context.configuration.normEpsilon, as: context.precision)
  }
}
