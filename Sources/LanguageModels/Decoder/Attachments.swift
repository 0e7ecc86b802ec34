import Autodiff

/// What adapters have put into a model, by the names of its places: the model never asks which method it is.
///
/// ``LanguageModel/attachments`` is read in every pass. Setting it to ``none`` restores the model bit for bit, and setting
/// it again brings the adapter back: that is how one set of weights serves as policy and as reference.
public struct Attachments {
  /// The model as it is.
  public static var none: Attachments { Attachments() }

  /// Around linear layers, by their names: `model.layers.0.self_attn.q_proj`.
  public var linears: [String: any LinearAdapter] = [:]
  /// Around the vocabulary's head.
  public var head: (any HeadAdapter)?
  /// Around the table that turns tokens into rows.
  public var embedding: (any EmbeddingAdapter)?
  /// Beside or after the feed-forward of layers, by their index: from the residual stream that the feed-forward reads and
  /// the one to which its output has been added, `[T, C]` each, to what is added besides.
  public var feedForwards: [Int: (_ before: Variable, _ after: Variable) -> Variable] = [:]
  /// In place of the model's own weights, by their names: `model.norm.weight`.
  public var weights: [String: Variable] = [:]
  /// In front of every sequence.
  public var context: LearnedContext?

  /// Nothing yet.
  public init() {}

  /// The variable that replaces a model's own weight, or the weight.
  func callAsFunction(_ weight: Weight) -> Variable {
    weights.isEmpty ? weight.variable : weights[weight.name] ?? weight.variable
  }

  /// The output of a linear layer with what is attached to it.
  func callAsFunction(_ layer: Linear, _ x: Variable, _ pass: Pass) -> Variable {
    let layer = replaced(layer)
    guard let adapter = linears[layer.name] else { return layer(x) }
    return adapter.apply(layer, to: x, pass)
  }

  /// The outputs of linear layers that read one input, with what is attached to them.
  func callAsFunction(_ layers: [Linear], _ x: Variable, _ pass: Pass) -> [Variable] {
    if layers.contains(where: { linears[$0.name] != nil }) { return layers.map { self($0, x, pass) } }
    return linear(x, layers.map { layer in (self(layer.weight), layer.bias.map { self($0) }) })
  }

  /// A linear layer with the variables that replace its own.
  func replaced(_ layer: Linear) -> Linear {
    guard !weights.isEmpty else { return layer }
    var result = layer
    result.weight = Weight(name: layer.weight.name, variable: self(layer.weight))
    result.bias = layer.bias.map { Weight(name: $0.name, variable: self($0)) }
    return result
  }
}

/// Something that changes what a linear layer computes.
public protocol LinearAdapter {
  /// The layer's output with the adapter's part in it: `[T, in]` to `[T, out]`.
  func apply(_ layer: Linear, to x: Variable, _ pass: Pass) -> Variable
}

/// Something that changes what the vocabulary's head computes.
public protocol HeadAdapter: LinearAdapter {
  /// The logits as a sum of products, for the loss, which never holds all of them: what ``LinearAdapter/apply(_:to:_:)``
  /// gives for states `[T, C]`.
  func parts(_ head: Linear, _ states: Variable, _ pass: Pass) -> [LogitPart]
}

/// Something that changes the rows that tokens are turned into.
public protocol EmbeddingAdapter {
  /// The rows of some tokens, `[T, C]`, float32.
  ///
  /// - Parameter table: the model's table, or what replaces it, `[V, C]`.
  func apply(_ table: Variable, to tokens: [Int32]) -> Variable
}

/// What adapters get to know of a pass through the model.
public struct Pass: Sendable {
  /// What dropout draws from; nil where the model is only used, not trained.
  public let dropoutSeed: UInt64?

  /// Describes a pass.
  public init(dropoutSeed: UInt64?) {
    self.dropoutSeed = dropoutSeed
  }
}

/// Learned rows in front of every sequence: all of its tokens see them, and count their positions from there.
public enum LearnedContext {
  /// Keys and values of every layer, `[P, K·D]` each, as a cache holds them: rotary positions are not applied.
  case keysAndValues(length: Int, rows: () -> [(keys: Variable, values: Variable)])
  /// Embeddings, `[P, C]`, that run through the model like tokens: once for all sequences of a batch.
  case embeddings(length: Int, rows: () -> Variable)

  /// P.
  public var length: Int {
    switch self {
    case .keysAndValues(let length, _), .embeddings(let length, _): length
    }
  }
}
