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

  private let embeddingTable: Variable
  private let layers: [DecoderLayer]
  private let finalNorm: Variable
  private let head: Variable
  private let frequencies: [Double]

  /// Builds the model from its parameters, which `parameter` gives by name and shape.
  public init(
    _ configuration: DecoderConfiguration, precision: ElementType = .float32,
    parameter: (_ name: String, _ shape: Shape) throws -> Variable
  ) rethrows {
    self.configuration = configuration
    self.precision = precision
    var all: [(name: String, variable: Variable)] = []
    func make(_ name: String, _ shape: Shape) throws -> Variable {
      let variable = try parameter(name, shape)
      all.append((name, variable))
      return variable
    }
    func linear(_ name: String, _ outputs: Int, _ inputs: Int, bias: Bool) throws -> Linear {
      Linear(
        name: name, weight: try make(name + ".weight", [outputs, inputs]),
        bias: bias ? try make(name + ".bias", [outputs]) : nil)
    }
    let (width, inner) = (configuration.hiddenSize, configuration.feedForwardSize)
    let queries = configuration.headCount * configuration.headWidth
    let keys = configuration.keyValueHeadCount * configuration.headWidth
    let (attentionBias, innerBias) = (configuration.hasQueryKeyValueBias, configuration.hasFeedForwardBias)
    embeddingTable = try make("model.embed_tokens.weight", [configuration.vocabularySize, width])
    layers = try (0..<configuration.layerCount).map { index in
      let (attention, mlp) = ("model.layers.\(index).self_attn", "model.layers.\(index).mlp")
      return DecoderLayer(
        inputNorm: try make("model.layers.\(index).input_layernorm.weight", [width]),
        query: try linear(attention + ".q_proj", queries, width, bias: attentionBias),
        key: try linear(attention + ".k_proj", keys, width, bias: attentionBias),
        value: try linear(attention + ".v_proj", keys, width, bias: attentionBias),
        output: try linear(attention + ".o_proj", width, queries, bias: configuration.hasAttentionOutputBias),
        headNorms: configuration.normalizesHeads
          ? (
            query: try make(attention + ".q_norm.weight", [configuration.headWidth]),
            key: try make(attention + ".k_norm.weight", [configuration.headWidth])
          ) : nil,
        feedForwardNorm: try make("model.layers.\(index).post_attention_layernorm.weight", [width]),
        gate: try linear(mlp + ".gate_proj", inner, width, bias: innerBias),
        up: try linear(mlp + ".up_proj", inner, width, bias: innerBias),
        down: try linear(mlp + ".down_proj", width, inner, bias: innerBias))
    }
    finalNorm = try make("model.norm.weight", [width])
    head =
      configuration.tiesEmbeddings
      ? embeddingTable : try make("lm_head.weight", [configuration.vocabularySize, width])
    frequencies = configuration.rotary.frequencies(headWidth: configuration.headWidth)
    parameters = all
  }

  /// The number of weights.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.variable.shape.count } }
  /// The number of weights that are trained.
  public var trainableParameterCount: Int {
    parameters.reduce(0) { $0 + ($1.variable.requiresGradient ? $1.variable.shape.count : 0) }
  }

  /// The last states after the final norm, `[T, C]`, of sequences laid end to end.
  ///
  /// - Parameter cache: what was read before; the layout must be one that the cache made.
  public func states(_ layout: SequenceLayout, cache: KeyValueCache? = nil) -> Variable {
    let context = DecoderLayer.Context(
      configuration: configuration, precision: precision,
      angles: RotaryAngles(positions: layout.positions, frequencies: frequencies), spans: layout.spans,
      recomputesNorms: checkpointing == .selective)
    var x = embedding(embeddingTable, layout.tokens)
    for (index, layer) in layers.enumerated() {
      if checkpointing == .full {
        x = checkpoint(x) { layer($0, context) }
      } else {
        x = layer(x, context, cache: cache?.layers[index])
      }
    }
    return rmsNorm(x, finalNorm, epsilon: configuration.normEpsilon, as: precision)
  }

  /// Losses of some tokens, each predicted from the row before it.
  ///
  /// - Parameters:
  ///   - states: what ``states(_:cache:)`` gave, `[T, C]`.
  ///   - rows: the rows that predict.
  ///   - targets: the tokens they should predict.
  public func losses(_ states: Variable, rows: [Int], targets: [Int32]) -> TokenLosses {
    crossEntropy(states, head: head, rows: rows, targets: targets)
  }

  /// The logits of some rows of states, `[n, V]`, in float32: for generation, a row a sequence.
  public func logits(_ states: Variable, rows: [Int]) -> Tensor {
    withoutGradients { linear(states.selectingRows(rows).cast(to: .float32), head).value }
  }
}
