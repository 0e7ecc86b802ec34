/// Causal attention with grouped heads (2305.13245) and rotary positions.
public struct AttentionDescription: Sendable, Equatable {
  /// From the model's width to ``queryWidth``.
  public var query: LinearDescription
  /// From the model's width to ``keyValueWidth``.
  public var key: LinearDescription
  /// From the model's width to ``keyValueWidth``.
  public var value: LinearDescription
  /// From ``queryWidth`` back to the model's width.
  public var output: LinearDescription
  /// Over queries before they are turned: each head, or all of them together, as its width says.
  public var queryNorm: NormDescription?
  /// Over keys before they are turned.
  public var keyNorm: NormDescription?
  /// H.
  public var headCount: Int
  /// K.
  public var keyValueHeadCount: Int
  /// D.
  public var headWidth: Int
  /// How queries and keys are turned by their positions.
  public var rotary: RotaryConfiguration
  /// How many tokens a token sees, itself among them, where that is limited (2004.05150): i those with i - window < j ≤ i.
  public var slidingWindow: Int?

  /// H·D, the width of queries.
  public var queryWidth: Int { headCount * headWidth }
  /// K·D, the width of keys and of values: what a cache holds of each token.
  public var keyValueWidth: Int { keyValueHeadCount * headWidth }

  /// The linear layers, in the order of the model's parameters.
  var linears: [LinearDescription] { [query, key, value, output] }
  /// The norms inside, in the order of the model's parameters.
  var norms: [NormDescription] { [queryNorm, keyNorm].compactMap { $0 } }
}
