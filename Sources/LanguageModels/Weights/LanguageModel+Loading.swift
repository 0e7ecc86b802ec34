import Autodiff
import Checkpoints
import Diagnostics
import Tensors

extension LanguageModel {
  /// Reads a model's weights.
  ///
  /// - Parameters:
  ///   - source: the tensors of a folder or file.
  ///   - place: its path, for messages.
  ///   - trainable: whether the weights are to be trained.
  ///   - master: what they are then.
  ///   - scoreSeed: decides the values of a reward model's head that the source does not have; nil: it must have one.
  /// - Throws: `UserError` of kind `file` where a tensor is missing, left over or of the wrong shape.
  public convenience init(
    _ configuration: DecoderConfiguration, reading source: some TensorSource, place: String,
    precision: ElementType = .float32, storage: WeightStorage = .asStored, trainable: Bool = false,
    master: MasterWeights = .float32, scoreSeed: UInt64? = nil
  ) throws {
    var stored = StoredWeights(configuration, source, place, mayLackScore: scoreSeed != nil)
    try self.init(configuration, precision: precision) { weight in
      if let scoreSeed, stored.lacks(weight) {
        return Variable(
          weight.random(deviation: configuration.initializerRange, seed: scoreSeed), requiresGradient: trainable)
      }
      let found = try stored.take(weight)
      let type =
        storage == .float32
        ? .float32 : weight.heldType(stored: found.type, precision: precision, trainable: trainable, master: master)
      let tensor = try Tensor(weight.shape, type) {
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
    for weight in configuration.weights where !stored.lacks(weight) && problems.count < 20 {
      do throws(UserError) { _ = try stored.take(weight) } catch { problems.append(error) }
    }
    return problems.isEmpty ? [stored.leftOver].compactMap { $0 } : problems
  }
}
