import Autodiff
import Checkpoints
import Diagnostics
import Foundation
import Tensors

/// How a model's weights are held in memory.
public enum WeightStorage: Sendable {
  /// As float32: what is trained.
  case float32
  /// What is only read: as stored, where that is float32 or bfloat16, and as bfloat16 where the model computes in that.
  /// Float16 becomes float32.
  case asStored
}

extension LanguageModel {
  /// Reads a model's weights.
  ///
  /// - Parameters:
  ///   - source: the tensors of a folder or file.
  ///   - place: its path, for messages.
  ///   - trainable: whether the weights are to be trained; they are then float32.
  ///   - scoreSeed: decides the values of a reward model's head that the source does not have; nil: it must have one.
  /// - Throws: `UserError` of kind `file` where a tensor is missing, left over or of the wrong shape.
  public convenience init(
    _ configuration: DecoderConfiguration, reading source: some TensorSource, place: String,
    precision: ElementType = .float32, storage: WeightStorage = .asStored, trainable: Bool = false,
    scoreSeed: UInt64? = nil
  ) throws {
    var stored = StoredWeights(configuration, source, place, mayLackScore: scoreSeed != nil)
    try self.init(configuration, precision: precision) { name, shape in
      if let scoreSeed, stored.lacks(score: name) {
        return Variable(
          Self.random(name, shape, configuration, seed: scoreSeed), requiresGradient: trainable)
      }
      let found = try stored.take(name, shape)
      let type =
        storage == .float32
        ? .float32 : Self.heldType(of: name, shape, stored: found.type, precision: precision, trainable: trainable)
      let tensor = try Tensor(shape, type) {
        try source.read(found.name, as: type == .bfloat16 ? .bfloat16 : .float32, into: $0)
      }
      return Variable(tensor, requiresGradient: trainable)
    }
    if let leftOver = stored.leftOver { throw leftOver }
  }

  /// Compares what a source holds with what a configuration asks for, without reading any weights.
  ///
  /// - Parameter mayLackScore: whether a reward model's head is drawn where the source has none.
  /// - Returns: the first twenty tensors that are missing or of the wrong shape or type, or what is left over.
  public static func problems(
    of source: some TensorSource, for configuration: DecoderConfiguration, place: String, mayLackScore: Bool = false
  ) -> [UserError] {
    var stored = StoredWeights(configuration, source, place, mayLackScore: mayLackScore)
    var problems: [UserError] = []
    // A model that is never asked anything: it knows which tensors there should be.
    _ = try? LanguageModel(configuration) { name, shape in
      do throws(UserError) {
        if !stored.lacks(score: name) { _ = try stored.take(name, shape) }
      } catch {
        problems.append(error)
        if problems.count == 20 { throw error }
      }
      return Variable(Tensor.zeros([]))
    }
    return problems.isEmpty ? [stored.leftOver].compactMap { $0 } : problems
  }

  /// Makes a model with random weights: normal with the configuration's deviation, norms 1, biases 0, as transformers does.
  public convenience init(
    randomly configuration: DecoderConfiguration, seed: UInt64, precision: ElementType = .float32,
    trainable: Bool = true
  ) {
    self.init(configuration, precision: precision) { name, shape in
      let tensor = Self.random(name, shape, configuration, seed: seed)
      let type = Self.heldType(of: name, shape, stored: .float32, precision: precision, trainable: trainable)
      return Variable(tensor.cast(to: type), requiresGradient: trainable)
    }
  }

  /// A stream a tensor: the weights do not depend on the order in which they are made.
  private static func random(
    _ name: String, _ shape: Shape, _ configuration: DecoderConfiguration, seed: UInt64
  ) -> Tensor {
    var stream = RandomStream(seed: seed, purpose: name)
    if name.hasSuffix("norm.weight") { return Tensor(repeating: 1, shape) }
    if name.hasSuffix(".bias") { return Tensor.zeros(shape) }
    return stream.normalTensor(shape, deviation: configuration.initializerRange)
  }
}

/// The tensors of a source as a model asks for them, one after another.
private struct StoredWeights<Source: TensorSource> {
  private let configuration: DecoderConfiguration
  private let source: Source
  private let place: String
  private let mayLackScore: Bool
  private var unused: Set<String>

  init(_ configuration: DecoderConfiguration, _ source: Source, _ place: String, mayLackScore: Bool) {
    (self.configuration, self.source, self.place) = (configuration, source, place)
    self.mayLackScore = mayLackScore
    unused = Set(source.tensors.map(\.name))
  }

  /// Whether a name is that of a reward model's head, and the source is a language model, which has none.
  func lacks(score name: String) -> Bool {
    mayLackScore && name == OutputHead.scoreWeight && source.description(of: name) == nil
  }

  /// The tensor of a name.
  ///
  /// - Throws: `UserError` of kind `file` where it is missing or of the wrong shape or type.
  mutating func take(_ name: String, _ shape: Shape) throws(UserError) -> TensorDescription {
    var stored = name
    // A tied embedding may stand under the head's name.
    if name == "model.embed_tokens.weight", configuration.tiesEmbeddings || mayLackScore, !unused.contains(name),
      unused.contains("lm_head.weight")
    {
      stored = "lm_head.weight"
    }
    guard let found = source.description(of: stored) else {
      throw UserError.file(
        "\(place): the tensor '\(name)' of shape \(shape) is missing."
          + suggestion(for: name, in: unused.sorted()))
    }
    unused.remove(stored)
    guard found.shape == shape.extents else {
      throw UserError.file(
        "\(place): the tensor '\(stored)' has the shape \(found.shape); config.json asks for \(shape)")
    }
    guard [.float32, .float16, .bfloat16].contains(found.type) else {
      throw UserError.file(
        "\(place): the tensor '\(stored)' is \(found.type.rawValue); expected float32, float16 or bfloat16")
    }
    return found
  }

  /// What stands in the files and is nothing to this model.
  var leftOver: UserError? {
    let names = unused.filter { name in
      !name.hasSuffix(".rotary_emb.inv_freq")
        && !((configuration.tiesEmbeddings || mayLackScore) && name == OutputHead.vocabulary.weightName)
    }.sorted()
    return names.first.map { name in
      UserError.file(
        "\(place): the tensor '\(name)' is none of a \(configuration.family.rawValue) model as config.json describes it"
          + (names.count > 1 ? " (nor are \(names.count - 1) others)" : ""))
    }
  }
}
