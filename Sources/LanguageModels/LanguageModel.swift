import Autodiff
import Tensors

/// A decoder: token ids in, states and losses out.
public final class LanguageModel {
  /// How the model computes.
  public let configuration: DecoderConfiguration
  /// What activations and the operands of products are; norms, softmax, losses and the residual stream are float32.
  public let precision: ElementType
  /// What the backward pass keeps and what it computes again.
  public var checkpointing: ActivationCheckpointing = .none
  /// All parameters with their names in the model's files, in a fixed order.
  public let parameters: [(name: String, variable: Variable)]

  /// What adapters have put into the model.
  public var attachments = Attachments.none
  /// What dropout draws from in the next passes; whoever trains sets it anew for each.
  public var dropoutSeed: UInt64 = 0

  private let embeddingTable: Weight
  private let layers: [DecoderLayer]
  private let finalNorm: Weight
  private let head: Weight
  private let frequencies: [Double]

  /// Builds the model from its parameters, which `parameter` gives by name and shape.
  public init(
    _ configuration: DecoderConfiguration, precision: ElementType = .float32,
    parameter: (_ name: String, _ shape: Shape) throws -> Variable
  ) rethrows {
    self.configuration = configuration
    self.precision = precision
    var all: [(name: String, variable: Variable)] = []
    func make(_ name: String, _ shape: Shape) throws -> Weight {
      let variable = try parameter(name, shape)
      all.append((name, variable))
      return Weight(name: name, variable: variable)
    }
    func linear(_ shape: LinearShape) throws -> Linear {
      Linear(
        name: shape.name, weight: try make(shape.name + ".weight", [shape.outputs, shape.inputs]),
        bias: shape.hasBias ? try make(shape.name + ".bias", [shape.outputs]) : nil)
    }
    let width = configuration.hiddenSize
    embeddingTable = try make("model.embed_tokens.weight", [configuration.vocabularySize, width])
    layers = try (0..<configuration.layerCount).map { index in
      let place = "model.layers.\(index)"
      let linears = try configuration.linearShapes(ofLayer: index).map(linear)
      return DecoderLayer(
        index: index, isLast: index == configuration.layerCount - 1,
        inputNorm: try make(place + ".input_layernorm.weight", [width]),
        query: linears[0], key: linears[1], value: linears[2], output: linears[3],
        headNorms: configuration.normalizesHeads
          ? (
            query: try make(place + ".self_attn.q_norm.weight", [configuration.headWidth]),
            key: try make(place + ".self_attn.k_norm.weight", [configuration.headWidth])
          ) : nil,
        feedForwardNorm: try make(place + ".post_attention_layernorm.weight", [width]),
        gate: linears[4], up: linears[5], down: linears[6])
    }
    finalNorm = try make("model.norm.weight", [width])
    let name = configuration.head.weightName
    switch configuration.head {
    case .score: head = try make(name, [1, width])
    // A tied head is the embedding under a name of its own, so that an adapter may part them.
    case .vocabulary where configuration.tiesEmbeddings: head = Weight(name: name, variable: embeddingTable.variable)
    case .vocabulary: head = try make(name, [configuration.vocabularySize, width])
    }
    frequencies = configuration.rotary.frequencies(headWidth: configuration.headWidth)
    parameters = all
  }

  /// The number of weights.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.variable.shape.count } }
  /// The number of weights that are trained.
  public var trainableParameterCount: Int {
    parameters.reduce(0) { $0 + ($1.variable.requiresGradient ? $1.variable.shape.count : 0) }
  }

  /// The linear layers inside the blocks, layer by layer: where adapters go.
  public var linears: [(layer: Int, linear: Linear)] {
    layers.flatMap { layer in layer.linears.map { (layer.index, $0) } }
  }

  /// The embeddings of some tokens, `[T, C]`.
  public func embeddings(of tokens: [Int32]) -> Variable { embedding(attachments(embeddingTable), tokens) }

  /// The last states after the final norm, `[T, C]`, of sequences laid end to end.
  ///
  /// - Parameters:
  ///   - wanted: the rows that are wanted, ascending, `[n, C]`; nil: all. The last layer computes no others.
  ///   - cache: what was read before, from ``cache(sequences:capacity:)``; the layout must be one that it made.
  public func states(_ layout: SequenceLayout, rows wanted: [Int]? = nil, cache: KeyValueCache? = nil) -> Variable {
    let rows = embeddings(of: layout.tokens)
    guard cache == nil, let context = attachments.context else { return run(rows, layout, wanted, cache: cache) }
    let length = context.length
    switch context {
    case .keysAndValues(_, let learned): return run(rows, layout.afterContext(length), wanted, learned: learned())
    case .embeddings(_, let learned):
      let wanted = (wanted ?? Array(layout.tokens.indices)).map { $0 + length }
      return run(concatenate([learned(), rows]), layout.afterContext(length).withContextRows(length), wanted)
    }
  }

  /// Room for the keys and values of sequences that grow, behind what adapters put in front of every sequence.
  public func cache(sequences: Int = 1, capacity: Int) -> KeyValueCache {
    let length = attachments.context?.length ?? 0
    let cache = KeyValueCache(
      configuration, precision: precision, sequences: sequences, capacity: capacity, contextLength: length)
    withoutGradients {
      let rows = SequenceLayout.contextRows(length)
      switch attachments.context {
      case nil: break
      case .keysAndValues(_, let learned):
        for (layer, learned) in zip(cache.layers, learned()) {
          _ = layer.append(learned.keys.cast(to: precision), learned.values.cast(to: precision), rows.spans)
        }
      case .embeddings(_, let learned): _ = run(learned(), rows, nil, cache: cache)
      }
    }
    return cache
  }

  /// From embeddings, `[T, C]`, to the states after the final norm.
  private func run(
    _ rows: Variable, _ layout: SequenceLayout, _ wanted: [Int]?, learned: [(keys: Variable, values: Variable)] = [],
    cache: KeyValueCache? = nil
  ) -> Variable {
    let selection = wanted.map { RequestedRows($0, of: layout) }
    let context = DecoderLayer.Context(
      configuration: configuration, precision: precision,
      angles: RotaryAngles(positions: layout.positions, frequencies: frequencies), spans: layout.spans,
      recomputesNorms: checkpointing == .selective, attached: attachments,
      pass: Pass(dropoutSeed: gradientsAreRecorded ? dropoutSeed : nil),
      wanted: selection.map { ($0, RotaryAngles(positions: $0.positions, frequencies: frequencies)) }, learned: learned)
    var x = rows
    for (index, layer) in layers.enumerated() {
      if checkpointing == .full {
        x = checkpoint(x) { layer($0, context) }
      } else {
        x = layer(x, context, cache: cache?.layers[index])
      }
    }
    return rmsNorm(x, attachments(finalNorm), epsilon: configuration.normEpsilon, as: precision)
  }

  /// A reward model's scores of the texts that end at some rows, `[n]`, in float32.
  ///
  /// - Parameters:
  ///   - states: what ``states(_:rows:cache:)`` gave, `[T, C]`.
  ///   - rows: the rows of the texts' last tokens.
  public func scores(_ states: Variable, rows: [Int]) -> Variable {
    precondition(configuration.head == .score, "a language model scores no texts")
    return linear(states.selectingRows(rows).cast(to: .float32), attachments(head)).reshaped([rows.count])
  }

  /// Losses of some tokens, each predicted from the row before it.
  ///
  /// - Parameters:
  ///   - states: what ``states(_:cache:)`` gave, `[T, C]`.
  ///   - rows: the rows that predict.
  ///   - targets: the tokens they should predict.
  public func losses(_ states: Variable, rows: [Int], targets: [Int32]) -> TokenLosses {
    precondition(configuration.head == .vocabulary, "a reward model predicts no tokens")
    return crossEntropy(states, head: attachments(head), rows: rows, targets: targets)
  }

  /// The logits of some rows of states, `[n, V]`, in float32: for generation, a row a sequence.
  public func logits(_ states: Variable, rows: [Int]) -> Tensor {
    precondition(configuration.head == .vocabulary, "a reward model predicts no tokens")
    return withoutGradients { linear(states.selectingRows(rows).cast(to: .float32), attachments(head)).value }
  }
}
