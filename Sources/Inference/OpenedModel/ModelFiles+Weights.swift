import Adapters
import Checkpoints
import Diagnostics
import LanguageModels
import StrictJSON
import Tensors

extension ModelFiles {
  /// Reads the weights, or makes random ones, and attaches the adapter where one was opened.
  ///
  /// - Parameters:
  ///   - precision: what products are computed in.
  ///   - trainable: whether the weights are to be trained.
  ///   - master: what they are then.
  ///   - bytesWhileTrained: what a trained weight takes with its gradient and moments.
  ///   - seed: decides random weights.
  /// - Throws: `UserError` of kind `file`, or `recipe` where they exceed the memory.
  public func model(
    precision: ElementType, trainable: Bool, master: MasterWeights = .float32, bytesWhileTrained: Int = 16,
    seed: UInt64
  ) throws -> LanguageModel {
    // Weights that are only read have at least two bytes.
    try checkMemory(bytesPerParameter: trainable ? bytesWhileTrained : 2, trainable: trainable)
    guard let source else {
      return LanguageModel(
        randomly: configuration, seed: seed, precision: precision, trainable: trainable, master: master)
    }
    let model = try LanguageModel(
      configuration, reading: source, place: source.path, precision: precision, trainable: trainable, master: master,
      scoreSeed: scoreSeed)
    model.attachments = try adapter(for: model)?.attachments ?? .none
    return model
  }

  /// Reads the weights to ask the model something; nothing of it is trained.
  ///
  /// - Throws: `UserError` of kind `file`, or `recipe` where they exceed the memory.
  public func model(precision: ElementType) throws -> LanguageModel {
    try model(precision: precision, trainable: false, seed: 0)
  }

  /// Reads the adapter that was opened, for the model that these files gave; nil where none was opened.
  ///
  /// - Throws: `UserError` of kind `file`, also where the adapter names another base.
  public func adapter(for model: LanguageModel) throws -> Adapter? {
    guard let adapter, let source else { return nil }
    let result = try Adapter(adapter, on: model) { try weightsDigest(of: source, threads: Threads.count) }
    if scoreSeed != nil, !result.scores {
      throw UserError.file("\(adapter.path): is of a reward model, and holds no '\(OutputHead.scoreWeight)'")
    }
    return result
  }

  /// The type in which a weight is stored; where there are no weights, the one that the configuration names.
  package func storedType(of name: String) -> StoredType {
    if let source {
      return configuration.storedNames(of: name).lazy.compactMap(source.description).first?.type ?? .float32
    }
    let configuration = try? JSONValue(parsing: contents.configuration.utf8)
    let type = configuration?["dtype"] ?? configuration?["torch_dtype"]
    return type?.stringValue == "bfloat16" ? .bfloat16 : .float32
  }

  /// Refuses a model whose weights alone, with gradients and moments where they are trained, exceed the memory.
  ///
  /// - Throws: `UserError` of kind `recipe`.
  private func checkMemory(bytesPerParameter: Int, trainable: Bool) throws {
    OpenBLAS.prepare()
    let available = SystemMemory.limit
    let bytes = configuration.parameterCount?.multipliedReportingOverflow(by: bytesPerParameter)
    guard let bytes, !bytes.overflow, bytes.partialValue <= available else {
      let needed = bytes.flatMap { $0.overflow ? nil : "\($0.partialValue >> 20) MiB" } ?? "more than can be counted"
      throw UserError.recipe(
        "\(source?.path ?? "model.configuration"): weights"
          + (trainable ? ", gradients and moments" : "") + " need \(needed); \(available >> 20) MiB are available"
          + (AddressSpace.current.map { " (`ulimit -v` allows \($0.limit >> 20) MiB of addresses)" } ?? ""))
    }
  }
}
