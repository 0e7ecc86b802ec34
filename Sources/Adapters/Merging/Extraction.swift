import Autodiff
import Checkpoints
import Diagnostics
import LanguageModels
import Tensors

/// The difference between a fine-tuned model and its base as a LoRA: for each linear layer the best approximation of rank
/// r to its difference, by singular value decomposition (Eckart and Young 1936).
public struct Extraction {
  /// One tensor's difference and the part of it that is kept.
  public struct Part: Sendable {
    /// The tensor's name.
    public let name: String
    /// The squared Frobenius norm of its difference.
    public let difference: Double
    /// The squared Frobenius norm of the part that the adapter holds.
    public let kept: Double
  }

  /// The targeted linear layers, in the model's order.
  public let layers: [Part]
  /// All other tensors that differ, by name; those that are stored in full keep everything.
  public let others: [Part]
  /// The adapter, with α = r: its scale is 1.
  public let form: AdapterForm

  /// Computes the difference layer by layer, as many at a time as there are threads.
  ///
  /// - Parameters:
  ///   - settings: rank, targets, layers, and the modules to be stored in full.
  ///   - fineTuned: the tensors of the fine-tuned model.
  ///   - base: the tensors of its base.
  ///   - model: the configuration that both have.
  /// - Throws: ``AdapterProblem`` where the settings do not fit the model; `UserError` of kind `file` for tensors that
  ///   are missing or cannot be read.
  public init(
    _ settings: LoRA, of fineTuned: some TensorSource, from base: some TensorSource, for model: DecoderConfiguration
  ) throws {
    var settings = settings
    settings.alpha = Double(settings.rank)
    let configuration = AdapterConfiguration(settings)
    if let problem = configuration.problems(for: model).first { throw problem }
    let pair = TensorPair(fineTuned, base, of: model)
    if let outer = model.outerTargets.first(where: settings.includes) {
      throw AdapterProblem(
        "targets", "extraction takes layers inside the blocks; \(outer.name) is stored whole where train_also names it")
    }
    let targets = model.linears.filter { settings.includes(TargetModule($0)) }
    let changes = try Threads.map(targets.count) { try Change(targets[$0], rank: settings.rank, pair) }
    layers = changes.map(\.part)
    let whole = model.weights(ofModules: settings.trainAlso)
    let names = pair.names.filter { name in !targets.contains { $0.name + ".weight" == name } }
    let squares = try Threads.map(names.count) { try pair.squaredDifference(of: names[$0]) }
    others = zip(names, squares).filter { $1 > 0 }.map { name, square in
      Part(name: name, difference: square, kept: whole.contains(name) ? square : 0)
    }
    form = AdapterForm(
      configuration: configuration,
      tensors: try changes.flatMap(\.tensors)
        + whole.map { (fileNamePrefix + $0, try pair.fineTunedTensor($0)) })
  }
}

/// One linear layer's difference as A and B.
private struct Change {
  let part: Extraction.Part
  let tensors: [(name: String, value: Tensor)]

  init(_ target: LinearDescription, rank: Int, _ pair: TensorPair<some TensorSource, some TensorSource>) throws {
    let name = target.name + ".weight"
    let values = SingularValues(of: try pair.difference(of: name, [target.outputs, target.inputs]), count: rank)
    let kept = values.values.reduce(0) { $0 + $1 * $1 }
    // Rounding can put what is kept a little above what there is.
    part = Extraction.Part(name: name, difference: values.squaredNorm, kept: min(kept, values.squaredNorm))
    let factors = values.balancedFactors(scale: 1)
    let place = fileNamePrefix + target.name
    tensors = [(place + ".lora_A.weight", factors.a), (place + ".lora_B.weight", factors.b)]
  }
}

/// Two models' tensors of the same names.
private struct TensorPair<FineTuned: TensorSource, Base: TensorSource>: Sendable {
  private let fineTuned: FineTuned
  private let base: Base
  private let model: DecoderConfiguration

  init(_ fineTuned: FineTuned, _ base: Base, of model: DecoderConfiguration) {
    (self.fineTuned, self.base, self.model) = (fineTuned, base, model)
  }

  /// The names that either model has, without buffers.
  var names: [String] {
    let all = Set(fineTuned.tensors.map(\.name)).union(base.tensors.map(\.name))
    return all.filter { !model.isBuffer($0) }.sorted()
  }

  /// `fine-tuned - base`, in float32, of the model's shape where one is given.
  func difference(of name: String, _ shape: Shape? = nil) throws -> Tensor {
    let (tuned, base) = (try fineTunedTensor(name), try tensor(name, of: base))
    guard tuned.shape == base.shape, shape == nil || tuned.shape == shape else {
      throw UserError.file(
        "\(fineTuned.path): the tensor '\(name)' has the shape \(tuned.shape), in \(self.base.path) \(base.shape): "
          + "they are not a model and its base")
    }
    let result = tuned - base
    guard result.withElements({ $0.allSatisfy(\.isFinite) }) else {
      throw UserError.file("\(fineTuned.path): the difference of '\(name)' from the base is not finite")
    }
    return result
  }

  func squaredDifference(of name: String) throws -> Double {
    let difference = try difference(of: name)
    return difference.withElements { $0.reduce(0) { $0 + Double($1) * Double($1) } }
  }

  func fineTunedTensor(_ name: String) throws -> Tensor { try tensor(name, of: fineTuned) }

  private func tensor(_ name: String, of source: some TensorSource) throws -> Tensor {
    let stored = model.storedNames(of: name).first { source.description(of: $0) != nil }
    return try source.float32(try source.tensor(named: stored ?? name))
  }
}
