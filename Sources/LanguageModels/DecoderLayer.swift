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
struct DecoderLayer {
  let index: Int
  let isLast: Bool
  let inputNorm: Weight
  let query: Linear
  let key: Linear
  let value: Linear
  let output: Linear
  /// RMSNorm over each head of queries and keys, where the family has it.
  let headNorms: (query: Weight, key: Weight)?
  let feedForwardNorm: Weight
  let gate: Linear
  let up: Linear
  let down: Linear

  /// All linear layers, in the order of the model's files.
  var linears: [Linear] { [query, key, value, output, gate, up, down] }

  /// Everything a layer needs to know besides its weights.
  struct Context {
    let configuration: DecoderConfiguration
    let precision: ElementType
    let angles: RotaryAngles
    let spans: [AttentionSpan]
    let recomputesNorms: Bool
    let attached: Attachments
    let pass: Pass
    /// The rows that are wanted of the last layer, and their angles; nil: all.
    let wanted: (selection: RequestedRows, angles: RotaryAngles)?
    /// Learned keys and values of every layer that stand before the computed ones.
    let learned: [(keys: Variable, values: Variable)]
  }

  /// The layer's pass over the residual stream, `[T, C]`; the last layer gives the wanted rows only.
  func callAsFunction(_ x: Variable, _ context: Context, cache: LayerCache? = nil) -> Variable {
    let (attached, pass) = (context.attached, context.pass)
    let rows = isLast ? context.wanted?.selection.rows : nil
    let added = attend(norm(x, inputNorm, context), context, cache)
    let attended = (rows.map { x.selectingRows($0) } ?? x) + added
    let normed = norm(attended, feedForwardNorm, context)
    let (gated, raised) = (attached(gate, normed, pass), attached(up, normed, pass))
    if context.recomputesNorms { normed.forgetValue() }
    let inner = swiGLU(gated, raised)
    let lowered = attached(down, inner, pass)
    inner.forgetValue()
    let result = attended + lowered
    return attached.feedForwards[index].map { result + $0(attended, result) } ?? result
  }

  private func attend(_ normed: Variable, _ context: Context, _ cache: LayerCache?) -> Variable {
    let (attached, pass) = (context.attached, context.pass)
    let width = context.configuration.headWidth
    let wanted = isLast ? context.wanted : nil
    let asking = wanted.map { normed.selectingRows($0.selection.rows) } ?? normed
    var (q, k, v) = (attached(query, asking, pass), attached(key, normed, pass), attached(value, normed, pass))
    if context.recomputesNorms { normed.forgetValue() }
    if let headNorms {
      q = rmsNorm(q, attached(headNorms.query), epsilon: context.configuration.normEpsilon)
      k = rmsNorm(k, attached(headNorms.key), epsilon: context.configuration.normEpsilon)
    }
    q = rotary(q, wanted?.angles ?? context.angles, headWidth: width)
    k = rotary(k, context.angles, headWidth: width)
    if let cache {
      (k, v) = cache.append(k, v, context.spans)
    } else if !context.learned.isEmpty {
      let learned = context.learned[index]
      k = concatenate([learned.keys.cast(to: k.elementType), k])
      v = concatenate([learned.values.cast(to: v.elementType), v])
    }
    return attached(output, attention(q, k, v, headWidth: width, spans: wanted?.selection.spans ?? context.spans), pass)
  }

  private func norm(_ x: Variable, _ weight: Weight, _ context: Context) -> Variable {
    rmsNorm(
      x, context.attached(weight), epsilon: context.configuration.normEpsilon, as: context.precision,
      isRecomputable: context.recomputesNorms)
  }
}
