import Autodiff
import LanguageModels
import Tensors

/// A model's weights with an adapter multiplied in, one tensor at a time and in float32.
///
/// What the adapter does not change is returned as the model has it. The model must not be trained in between.
public struct MergedWeights {
  private let model: LanguageModel
  private let attachments: Attachments
  /// Whether embedding and head, one tensor in the model, are two in the result.
  public let separatesEmbeddingAndHead: Bool

  /// Prepares merging an adapter that was made for the model; nothing is computed.
  ///
  /// The adapter must have no ``AdapterConfiguration/reasonAgainstMerging``.
  public init(_ model: LanguageModel, _ adapter: Adapter) {
    precondition(adapter.configuration.reasonAgainstMerging == nil, "\(adapter.configuration.method) cannot be merged")
    (self.model, attachments) = (model, adapter.attachments)
    separatesEmbeddingAndHead = model.configuration.tiesEmbeddings && !attachments.keepTied(model.configuration)
  }

  /// The first layer to which the adapter adds a bias, and which has none in the model: its sum cannot be written.
  public var layerWithoutBias: String? {
    let layers = model.linears.filter { $0.linear.bias == nil && attachments.linears[$0.linear.name].addsBias }
    let head = model.configuration.vocabularyHeadName
    return layers.first?.linear.name ?? (attachments.head.addsBias ? head : nil)
  }

  /// Names and shapes of all tensors, in the order of ``forEach(_:)``.
  public var shapes: [(name: String, shape: Shape)] {
    let head = separatesEmbeddingAndHead ? [model.configuration.vocabularyHead] : []
    return model.parameters.map { ($0.name, $0.variable.shape) } + head.map { ($0.name, $0.shape) }
  }

  /// Computes the tensors one after another.
  public func forEach(_ body: (_ name: String, _ value: Tensor) throws -> Void) rethrows {
    let layers = Dictionary(
      model.linears.map { ($0.linear.weight.name, $0.linear) }, uniquingKeysWith: { first, _ in first })
    // Biases that came with their weights.
    var done: Set<String> = []
    for (name, variable) in model.parameters where !done.contains(name) {
      guard let layer = layers[name], let adapter = attachments.linears[layer.name] as? any FoldingAdapter else {
        try body(name, outer(name, variable))
        continue
      }
      let bias = layer.bias.map { (attachments.weights[$0.name] ?? $0.variable).value.cast(to: .float32) }
      let merged = adapter.fold((attachments.weights[name] ?? variable).value.cast(to: .float32), bias)
      try body(name, merged.weight)
      if let bias = layer.bias, let value = merged.bias {
        done.insert(bias.name)
        try body(bias.name, value)
      }
    }
    let head = model.configuration.vocabularyHead.name
    if separatesEmbeddingAndHead { try body(head, outer(head, model.weight(head))) }
  }

  /// A weight that is no layer's, with what is attached to it.
  private func outer(_ name: String, _ variable: Variable) -> Tensor {
    let value = (attachments.weights[name] ?? variable).value
    if name == model.configuration.embedding.name, let table = attachments.embedding as? any FoldingEmbedding {
      return table.fold(value.cast(to: .float32))
    }
    if name == model.configuration.vocabularyHead.name, let head = attachments.head as? any FoldingAdapter {
      return head.fold(value.cast(to: .float32), nil).weight
    }
    return value
  }
}

extension Optional<any LinearAdapter> {
  fileprivate var addsBias: Bool { (self as? LowRank)?.bias != nil }
}

extension Optional<any HeadAdapter> {
  fileprivate var addsBias: Bool { (self as? LowRank)?.bias != nil }
}

extension Attachments {
  /// Whether a tied model's embedding and head are replaced by the same values and changed in the same way: then they stay
  /// tied.
  fileprivate func keepTied(_ model: DecoderConfiguration) -> Bool {
    switch (embedding, head) {
    case (nil, nil): break
    case (let table as LowRankEmbedding, let head as LowRank) where table.isSame(as: head): break
    default: return false
    }
    return switch (weights[model.embedding.name], weights[model.vocabularyHead.name]) {
    case (nil, nil): true
    case (let embedding?, let head?): embedding === head || embedding.value.array == head.value.array
    default: false
    }
  }
}
