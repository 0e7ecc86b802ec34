extension DecoderConfiguration {
  /// All weights of the model, in the order of its parameters. A tied head is not among them.
  public var weights: [WeightDescription] {
    let ownHead: WeightDescription? =
      switch head {
      case .score: scoreHead
      case .vocabulary: tiesEmbeddings ? nil : vocabularyHead
      }
    return [embedding] + layers.flatMap(\.weights) + [finalNorm.weight] + [ownHead].compactMap { $0 }
  }

  /// The table that turns tokens into rows.
  public var embedding: WeightDescription {
    WeightDescription(name: embeddingName + ".weight", extents: [vocabularySize, hiddenSize], kind: .embedding)
  }

  /// The matrix that turns the last states into logits, whether it is a weight of its own or the embedding.
  public var vocabularyHead: WeightDescription {
    WeightDescription(name: vocabularyHeadName + ".weight", extents: [vocabularySize, hiddenSize], kind: .head)
  }

  /// The head of a reward model.
  var scoreHead: WeightDescription {
    WeightDescription(name: OutputHead.scoreWeight, extents: [1, hiddenSize], kind: .score)
  }

  /// The names that share one parameter: embedding and head of a tied model, else none.
  public var tiedWeights: [String] { tiesEmbeddings ? [embedding.name, vocabularyHead.name] : [] }

  /// The name of the parameter that serves as some weight: the embedding's for a tied head, else the weight's own.
  public func parameterName(of weight: String) -> String {
    tiedWeights.contains(weight) ? embedding.name : weight
  }

  /// The names under which files may hold a weight, the first that is there counts: a tied tensor is stored under
  /// either of two.
  public func storedNames(of weight: String) -> [String] {
    switch weight {
    case embedding.name: [weight, vocabularyHead.name]
    case vocabularyHead.name: [weight, embedding.name]
    default: [weight]
    }
  }

  /// Whether a tensor of this name is none of the model's weights, and of no use to it.
  public func isBuffer(_ name: String) -> Bool { bufferSuffixes.contains(where: name.hasSuffix) }

  /// The modules outside the layers, which adapters can train as a whole: embedding, vocabulary head, final norm.
  public var outerModules: [OuterModule] {
    [
      OuterModule(name: embeddingName, kind: .embedding), OuterModule(name: vocabularyHeadName, kind: .head),
      OuterModule(name: finalNorm.name, kind: .norm),
    ]
  }

  /// The weights of some modules outside the layers, by the modules' roles. Those that are tied come together.
  public func weights(ofModules roles: [String]) -> [String] {
    let named = outerModules.filter { module in
      roles.contains(module.role) && (module.kind != .head || head == .vocabulary)
    }.map(\.weight)
    guard named.contains(where: tiedWeights.contains) else { return named }
    return outerModules.map(\.weight).filter { tiedWeights.contains($0) || named.contains($0) }
  }
}

/// A module outside the layers of a model.
public struct OuterModule: Sendable, Equatable {
  /// Its name in the model's files: `model.embed_tokens`.
  public let name: String
  /// What its weight is used for.
  public let kind: WeightDescription.Kind

  /// The last part of the name, by which recipes name it: `embed_tokens`.
  public var role: String { lastPart(of: name) }
  /// The name of its weight.
  public var weight: String { name + ".weight" }
}
