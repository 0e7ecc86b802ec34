import Checkpoints
import Diagnostics
import Foundation
import LanguageModels
import Tensors

/// The difference between a fine-tuned model and its base as a LoRA: of each linear layer's difference the best
/// approximation of rank r, by singular value decomposition (Eckart and Young 1936).
public struct Extraction {
  /// What became of one tensor's difference.
  public struct Part: Sendable {
    /// The tensor's name.
    public let name: String
    /// The squared Frobenius norm of its difference.
    public let difference: Double
    /// How much of that the adapter holds: of squared norms too.
    public let kept: Double
  }

  /// The linear layers that were aimed at, in the model's order.
  public let layers: [Part]
  /// All other tensors that differ, by name; those that are written whole are kept whole.
  public let others: [Part]
  /// The adapter, with α = r: its scale is 1.
  public let form: AdapterForm

  /// Computes the difference, layer by layer, as many at a time as there are threads.
  ///
  /// - Parameters:
  ///   - settings: rank, targets, layers, and the modules to be written whole.
  ///   - fineTuned: the tensors of the fine-tuned model.
  ///   - base: the tensors of its base.
  ///   - model: the configuration that both have.
  /// - Throws: ``AdapterProblem`` where the settings do not fit the model; `UserError` of kind `file` for tensors that
  ///   are not there, or cannot be read.
  public init(
    _ settings: AdapterConfiguration.LowRank, of fineTuned: some TensorSource, from base: some TensorSource,
    for model: DecoderConfiguration
  ) throws {
    var settings = settings
    settings.alpha = Double(settings.rank)
    if let problem = AdapterConfiguration.lora(settings).problems(for: model).first { throw problem }
    let pair = TensorPair(fineTuned, base, of: model)
    let targets = model.linears.filter { settings.includes($0.name, layer: $0.layer) }
    let rank = settings.rank
    let factors = try concurrently(targets.count) { index in
      let target = targets[index]
      let difference = try pair.difference(of: target.name + ".weight", [target.outputs, target.inputs])
      let values = SingularValues(of: difference, count: rank)
      return (values.balancedFactors(scale: 1), values)
    }
    layers = zip(targets, factors).map { target, factors in
      let kept = factors.1.values.reduce(0) { $0 + $1 * $1 }
      // Rounding can put what is kept a little above what there is.
      return Part(
        name: target.name + ".weight", difference: factors.1.squaredNorm, kept: min(kept, factors.1.squaredNorm))
    }
    var tensors: [(name: String, value: Tensor)] = []
    for (target, (factors, _)) in zip(targets, factors) {
      tensors.append((fileNamePrefix + target.name + ".lora_A.weight", factors.a))
      tensors.append((fileNamePrefix + target.name + ".lora_B.weight", factors.b))
    }
    let whole = model.weights(ofModules: settings.trainAlso)
    let names = pair.names.filter { name in !targets.contains { $0.name + ".weight" == name } }
    let squares = try concurrently(names.count) { try pair.squaredDifference(of: names[$0]) }
    others = zip(names, squares).filter { $1 > 0 }.map { name, square in
      Part(name: name, difference: square, kept: whole.contains(name) ? square : 0)
    }
    for weight in whole { tensors.append((fileNamePrefix + weight, try pair.fineTunedTensor(weight))) }
    form = AdapterForm(configuration: .lora(settings), tensors: tensors)
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

  /// The names of either, without buffers; a tied head only where one of them stores it apart.
  var names: [String] {
    let all = Set(fineTuned.tensors.map(\.name)).union(base.tensors.map(\.name))
    return all.filter { !model.isBuffer($0) }.sorted()
  }

  /// `fine-tuned - base`, in float32, of the shape that the model has where one is given.
  func difference(of name: String, _ shape: Shape? = nil) throws -> Tensor {
    let (tuned, base) = (try fineTunedTensor(name), try tensor(name, of: base))
    guard tuned.shape == base.shape, shape == nil || tuned.shape == shape else {
      throw UserError.file(
        "\(fineTuned.path): the tensor '\(name)' has the shape \(tuned.shape), in \(self.base.path) \(base.shape): "
          + "they are not a model and its base")
    }
    let result = Tensor(uninitialized: tuned.shape)
    for index in 0..<tuned.shape.count { result.floats[index] = tuned.floats[index] - base.floats[index] }
    guard result.floats.allSatisfy(\.isFinite) else {
      throw UserError.file("\(fineTuned.path): the tensor '\(name)' differs from the base by what is no number")
    }
    return result
  }

  func squaredDifference(of name: String) throws -> Double {
    let difference = try difference(of: name)
    return difference.floats.reduce(0) { $0 + Double($1) * Double($1) }
  }

  func fineTunedTensor(_ name: String) throws -> Tensor { try tensor(name, of: fineTuned) }

  private func tensor(_ name: String, of source: some TensorSource) throws -> Tensor {
    let stored = model.storedNames(of: name).first { source.description(of: $0) != nil }
    let found = try source.tensor(named: stored ?? name)
    try source.checkConversion(of: found, to: .float32)
    let tensor = Tensor(uninitialized: Shape(found.shape))
    try source.read(found.name, as: .float32, into: tensor.raw)
    return tensor
  }
}

/// The results of `0..<count` tasks, several at a time.
private func concurrently<Result>(_ count: Int, _ body: (Int) throws -> Result) throws -> [Result] {
  var results = [Swift.Result<Result, any Error>?](repeating: nil, count: count)
  results.withUnsafeMutableBufferPointer { results in
    Threads.parallel(balanced: count) { index in results[index] = Swift.Result { try body(index) } }
  }
  return try results.compactMap { try $0?.get() }
}
