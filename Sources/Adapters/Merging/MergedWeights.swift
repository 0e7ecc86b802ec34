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
        try body(name, (attachments.weights[name] ?? variable).value)
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
    let (embedding, head) = (model.configuration.embedding.name, model.configuration.vocabularyHead.name)
    guard separatesEmbeddingAndHead, let table = model.parameters.first(where: { $0.name == embedding }) else { return }
    try body(head, (attachments.weights[head] ?? table.variable).value)
  }
}

extension Attachments {
  /// Whether the replacements of a tied model's embedding and head have the same values: then the two stay tied.
  fileprivate func keepTied(_ model: DecoderConfiguration) -> Bool {
    switch (weights[model.embedding.name], weights[model.vocabularyHead.name]) {
    case (nil, nil): true
    case (let embedding?, let head?): embedding === head || embedding.value.array == head.value.array
    default: false
    }
  }
}
