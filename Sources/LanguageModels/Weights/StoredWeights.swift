import Checkpoints
import Diagnostics

/// The tensors of a source as a model asks for them, one after another.
struct StoredWeights<Source: TensorSource> {
  private let configuration: DecoderConfiguration
  private let source: Source
  private let place: String
  private let mayLackScore: Bool
  private var unused: Set<String>

  /// - Parameter mayLackScore: whether the source may be a language model, which has no reward model's head.
  init(_ configuration: DecoderConfiguration, _ source: Source, _ place: String, mayLackScore: Bool) {
    (self.configuration, self.source, self.place) = (configuration, source, place)
    self.mayLackScore = mayLackScore
    unused = Set(source.tensors.map(\.name))
  }

  /// Whether a weight is a reward model's head, and the source is a language model, which has none.
  func lacks(_ weight: WeightDescription) -> Bool {
    mayLackScore && weight.kind == .score && source.description(of: weight.name) == nil
  }

  /// The tensor that holds a weight.
  ///
  /// - Throws: `UserError` of kind `file` where it is missing or of the wrong shape or type.
  mutating func take(_ weight: WeightDescription) throws(UserError) -> TensorDescription {
    let stored = storedName(of: weight)
    guard let found = source.description(of: stored) else {
      throw UserError.file(
        "\(place): the tensor '\(weight.name)' of shape \(weight.extents) is missing."
          + suggestion(for: weight.name, in: unused.sorted()))
    }
    unused.remove(stored)
    guard found.shape == weight.extents else {
      throw UserError.file(
        "\(place): the tensor '\(stored)' has the shape \(found.shape); config.json asks for \(weight.extents)")
    }
    guard [.float32, .float16, .bfloat16].contains(found.type) else {
      throw UserError.file(
        "\(place): the tensor '\(stored)' is \(found.type.rawValue); expected float32, float16 or bfloat16")
    }
    return found
  }

  /// A tied embedding may be stored under the head's name.
  private func storedName(of weight: WeightDescription) -> String {
    guard weight.kind == .embedding, configuration.tiesEmbeddings || mayLackScore else { return weight.name }
    return configuration.storedNames(of: weight.name).first(where: unused.contains) ?? weight.name
  }

  /// What the source holds besides, and what is nothing to this model.
  var leftOver: UserError? {
    let needsNoHead = configuration.tiesEmbeddings || mayLackScore
    let names = unused.filter { name in
      !configuration.isBuffer(name) && !(needsNoHead && name == configuration.vocabularyHead.name)
    }.sorted()
    return names.first.map { name in
      UserError.file(
        "\(place): the tensor '\(name)' is none of a \(configuration.family.modelType) model as config.json describes it"
          + (names.count > 1 ? " (nor are \(names.count - 1) others)" : ""))
    }
  }
}
