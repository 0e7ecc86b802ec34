/// One layer of a decoder: attention, then a feed-forward, each added to the residual stream.
///
/// What a model of this description holds and costs follows from here: a further kind of mixer or feed-forward is a
/// description of its own beside ``AttentionDescription`` and ``GatedFeedForwardDescription``.
public struct LayerDescription: Sendable, Equatable {
  /// The beginning of its weights' names: `model.layers.0`.
  public var name: String
  /// The first sublayer.
  public var attention: AttentionDescription
  /// The norms around attention.
  public var attentionNorms: SublayerNorms
  /// The second sublayer.
  public var feedForward: GatedFeedForwardDescription
  /// The norms around the feed-forward.
  public var feedForwardNorms: SublayerNorms

  /// The linear layers, where adapters may go.
  public var linears: [LinearDescription] { attention.linears + feedForward.linears }

  /// All weights. Their order is that of the model's parameters: gradients' norms are summed and files are written in it.
  public var weights: [WeightDescription] {
    linears.flatMap { [$0.weight, $0.bias].compactMap { $0 } } + norms.map(\.weight)
  }

  private var norms: [NormDescription] {
    [attentionNorms.before].compactMap { $0 } + attention.norms
      + [attentionNorms.after, feedForwardNorms.before, feedForwardNorms.after].compactMap { $0 }
  }
}
