import Autodiff

/// The attention of a layer.
struct Attention {
  let query: Linear
  let key: Linear
  let value: Linear
  let output: Linear
  private let queryNorm: Norm?
  private let keyNorm: Norm?
  private let headWidth: Int
  private let rotary: RotaryConfiguration
  private let window: Int?

  init(_ description: AttentionDescription, _ weights: Weights) {
    query = Linear(description.query, weights)
    key = Linear(description.key, weights)
    value = Linear(description.value, weights)
    output = Linear(description.output, weights)
    queryNorm = description.queryNorm.map { Norm($0, weights) }
    keyNorm = description.keyNorm.map { Norm($0, weights) }
    (headWidth, rotary, window) = (description.headWidth, description.rotary, description.slidingWindow)
  }

  /// The linear layers, in the order of the model's parameters.
  var linears: [Linear] { [query, key, value, output] }

  /// From what the layer reads of the residual stream, `[T, C]`, to what it adds, `[T, C]`.
  ///
  /// - Parameters:
  ///   - request: the rows that are requested; nil: all. Keys and values are those of all rows.
  ///   - learned: keys and values that precede the computed ones.
  ///   - cache: where keys and values of this and earlier passes are kept.
  func callAsFunction(
    _ x: Variable, _ context: LayerContext, request: LayerContext.Request?,
    learned: (keys: Variable, values: Variable)?, cache: LayerCache?
  ) -> Variable {
    let (attached, pass) = (context.attached, context.pass)
    var (q, k, v) = projections(x, context, request)
    if context.recomputesNorms { x.forgetValue() }
    if let queryNorm { q = queryNorm(q, attached) }
    if let keyNorm { k = keyNorm(k, attached) }
    q = Autodiff.rotary(q, (request?.angles ?? context.angles)[rotary], headWidth: headWidth)
    k = Autodiff.rotary(k, context.angles[rotary], headWidth: headWidth)
    if let cache {
      (k, v) = cache.append(k, v, context.spans)
    } else if let learned {
      k = concatenate([learned.keys.cast(to: k.elementType), k])
      v = concatenate([learned.values.cast(to: v.elementType), v])
    }
    let spans = request?.selection.spans ?? context.spans
    return attached(output, attention(q, k, v, headWidth: headWidth, window: window, spans: spans), pass)
  }

  /// Queries of the requested rows, keys and values of all.
  private func projections(
    _ x: Variable, _ context: LayerContext, _ request: LayerContext.Request?
  ) -> (Variable, Variable, Variable) {
    let (attached, pass) = (context.attached, context.pass)
    guard let request else {
      let all = attached([query, key, value], x, pass)
      return (all[0], all[1], all[2])
    }
    let asking = x.selectingRows(request.selection.rows)
    return (attached(query, asking, pass), attached(key, x, pass), attached(value, x, pass))
  }
}
