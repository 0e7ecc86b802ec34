import Autodiff
import Checkpoints
import Diagnostics
import LanguageModels
import Optimization
import Tensors

/// A small set of weights that changes what a model computes, while the model's own stay as they are.
///
/// Every method has the same form: tensors, and what they put into a model's ``LanguageModel/attachments``. Neither the
/// model nor the trainer knows which method it is.
public struct Adapter {
  /// The method and its settings.
  public let configuration: AdapterConfiguration
  /// All tensors, in the form in which they are trained.
  public let tensors: [AdapterTensor]
  /// What the adapter puts into a model.
  public let attachments: Attachments

  /// Makes a fresh adapter for a model, to be trained. It is not attached yet.
  ///
  /// - Parameters:
  ///   - seed: decides the random starting values.
  ///   - encode: turns a prompt's initial text into tokens.
  /// - Throws: ``AdapterProblem`` where the settings do not fit the model.
  public init(
    _ configuration: AdapterConfiguration, on model: LanguageModel, seed: UInt64,
    encode: @escaping (String) -> [Int32] = { _ in [] }
  ) throws {
    if let problem = configuration.problems(for: model.configuration).first { throw problem }
    try self.init(configuration, on: model, AdapterTensors(.fresh(seed: seed, encode: encode)))
  }

  /// Reads an adapter for a model, to be used. It is not attached yet.
  ///
  /// - Throws: `UserError` of kind `file` where the file does not hold such an adapter, or one for another model.
  public init(
    _ configuration: AdapterConfiguration, reading source: some TensorSource, on model: LanguageModel
  ) throws {
    let tensors = AdapterTensors(.file(source))
    do {
      try self.init(configuration, on: model, tensors)
    } catch let problem as AdapterProblem {
      throw UserError.file("\(source.path): \(problem.key): \(problem.message)")
    }
    let strays = tensors.leftOver
    guard strays.isEmpty else {
      let prefix = type(of: configuration.settings).wholeTensorPrefix ?? fileNamePrefix
      throw UserError.file(
        StrayTensor.message(strays, prefix: prefix, of: model.configuration, path: source.path))
    }
    guard !tensors.all.isEmpty else {
      throw UserError.file(
        tensors.usesNone
          ? "\(source.path): adapter_config.json targets none of the layers that the file has tensors of"
          : "\(source.path): holds no tensor of a \(configuration.method) adapter")
    }
  }

  private init(_ configuration: AdapterConfiguration, on model: LanguageModel, _ tensors: AdapterTensors) throws {
    var attachments = try configuration.settings.attachments(for: model, tensors)
    // A reward model's head is new, or was trained with the adapter.
    if model.configuration.head == .score, tensors.has(fileNamePrefix + OutputHead.scoreWeight) {
      try trainWhole(weight: OutputHead.scoreWeight, on: model, tensors, &attachments)
    }
    if tensors.areRead, let prefix = type(of: configuration.settings).wholeTensorPrefix {
      let stored = StoredWholeTensors(model: model, whole: configuration.whole, prefix: prefix, tensors: tensors)
      try stored.attach(&attachments)
    }
    self.attachments = attachments
    self.configuration = configuration
    self.tensors = tensors.all
  }

  /// Whether the adapter brings a reward model's head.
  public var scores: Bool { attachments.weights[OutputHead.scoreWeight] != nil }

  /// The tensors that are trained.
  public var parameters: [Parameter] {
    tensors.compactMap { tensor in
      tensor.learningRateFactor.map { Parameter(tensor.name, tensor.variable, learningRateFactor: $0) }
    }
  }

  /// The number of weights; a tensor with two names counts once.
  public var parameterCount: Int {
    var counted: Set<ObjectIdentifier> = []
    return tensors.reduce(0) { sum, tensor in
      sum + (counted.insert(ObjectIdentifier(tensor.variable)).inserted ? tensor.variable.shape.count : 0)
    }
  }

  /// The adapter in the form in which it is trained.
  public var trainedForm: AdapterForm {
    AdapterForm(configuration: configuration, tensors: tensors.map { ($0.name, $0.variable.value) })
  }

  /// The adapter in the form that other programs read: what only training needs is folded away.
  public var result: AdapterForm { trainedForm.folded }
}
