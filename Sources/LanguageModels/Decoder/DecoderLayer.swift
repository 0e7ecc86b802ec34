import Autodiff

/// One layer: attention and feed-forward, each with its norms and added to the residual stream.
struct DecoderLayer {
  private let index: Int
  private let isLast: Bool
  private let attention: Attention
  private let attentionNorms: NormPair
  private let feedForward: GatedFeedForward
  private let feedForwardNorms: NormPair

  init(_ description: LayerDescription, index: Int, isLast: Bool, _ weights: Weights) {
    (self.index, self.isLast) = (index, isLast)
    attention = Attention(description.attention, weights)
    attentionNorms = NormPair(description.attentionNorms, weights)
    feedForward = GatedFeedForward(description.feedForward, weights)
    feedForwardNorms = NormPair(description.feedForwardNorms, weights)
  }

  /// All linear layers, in the order of the model's parameters.
  var linears: [Linear] { attention.linears + feedForward.linears }

  /// The layer's pass over the residual stream, `[T, C]`; the last layer gives the requested rows only.
  func callAsFunction(_ x: Variable, _ context: LayerContext, cache: LayerCache? = nil) -> Variable {
    let request = isLast ? context.request : nil
    let mixed = attention(
      attentionNorms.before(x, context), context, request: request,
      learned: context.learned.isEmpty ? nil : context.learned[index], cache: cache)
    let added = attentionNorms.after(mixed, context)
    let attended = (request.map { x.selectingRows($0.selection.rows) } ?? x) + added
    let lowered = feedForward(feedForwardNorms.before(attended, context), context)
    let result = attended + feedForwardNorms.after(lowered, context)
    return context.attached.feedForwards[index].map { result + $0(attended, result) } ?? result
  }
}
