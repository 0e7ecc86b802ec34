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
  /// Whether prefixes that sequences of one pass share are computed once. What is computed is the same; with dropout, a
  /// shared row drops the same elements for all of them.
  public var sharesPrefixes = true
  /// All parameters with their names in the model's files, in the order of ``DecoderConfiguration/weights``.
  public let parameters: [(name: String, variable: Variable)]

  /// What adapters have put into the model.
  public var attachments = Attachments.none
  /// What dropout draws from in the next passes; the trainer sets it before each.
  public var dropoutSeed: UInt64 = 0

  let embeddingTable: Weight
  let layers: [DecoderLayer]
  let finalNorm: Norm
  let head: Weight
  /// The different ways in which layers turn their heads.
  let rotaries: Set<RotaryConfiguration>

  /// Builds the model from its parameters, which `parameter` gives in the order of ``DecoderConfiguration/weights``.
  public init(
    _ configuration: DecoderConfiguration, precision: ElementType = .float32,
    parameter: (WeightDescription) throws -> Variable
  ) rethrows {
    self.configuration = configuration
    self.precision = precision
    let all = try configuration.weights.map { Weight(name: $0.name, variable: try parameter($0)) }
    parameters = all.map { ($0.name, $0.variable) }
    let weights = Weights(all)
    embeddingTable = weights[configuration.embedding]
    let last = configuration.layers.count - 1
    layers = configuration.layers.enumerated().map { index, layer in
      DecoderLayer(layer, index: index, isLast: index == last, weights)
    }
    finalNorm = Norm(configuration.finalNorm, weights)
    head =
      switch configuration.head {
      case .score: weights[configuration.scoreHead]
      // A tied head is the embedding under a name of its own, so that an adapter can part them.
      case .vocabulary where configuration.tiesEmbeddings:
        Weight(name: configuration.vocabularyHead.name, variable: embeddingTable.variable)
      case .vocabulary: weights[configuration.vocabularyHead]
      }
    rotaries = Set(configuration.layers.map(\.attention.rotary))
  }

  /// The number of weights.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.variable.shape.count } }
  /// The number of weights that are trained.
  public var trainableParameterCount: Int {
    parameters.reduce(0) { $0 + ($1.variable.requiresGradient ? $1.variable.shape.count : 0) }
  }

  /// The linear layers inside the layers, layer by layer: where adapters go.
  public var linears: [(layer: Int, linear: Linear)] {
    layers.enumerated().flatMap { index, layer in layer.linears.map { (index, $0) } }
  }
}
