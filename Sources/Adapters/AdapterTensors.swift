import Autodiff
import Checkpoints
import Diagnostics
import Optimization
import Tensors

/// A tensor of an adapter.
public struct AdapterTensor {
  /// What it is called in files.
  public let name: String
  /// Its value, float32.
  public let variable: Variable
  /// What the learning rate is multiplied by; nil for a tensor that is not trained.
  public let learningRateFactor: Double?
}

/// Gathers an adapter's tensors while a method builds its parts: drawn anew, or read from a file.
final class AdapterTensors {
  /// Where tensors come from.
  enum Origin {
    /// Drawn, to be trained.
    case fresh(seed: UInt64)
    /// Read, to be used.
    case file(any TensorSource)
  }

  private let origin: Origin
  private(set) var all: [AdapterTensor] = []

  init(_ origin: Origin) {
    self.origin = origin
  }

  /// Whether a tensor is to be made: always for a fresh adapter, else where the file has it.
  func has(_ name: String) -> Bool {
    switch origin {
    case .fresh: true
    case .file(let source): source.description(of: name) != nil
    }
  }

  /// Whether the adapter is read from a file.
  var areRead: Bool { if case .file = origin { true } else { false } }

  /// A tensor of a name and shape.
  ///
  /// - Parameters:
  ///   - learningRateFactor: what the learning rate is multiplied by; nil where it is not trained.
  ///   - initial: draws the value of a fresh one.
  /// - Throws: `UserError` of kind `file` where a file does not have it so.
  func make(
    _ name: String, _ shape: Shape, learningRateFactor: Double? = 1, initial: (inout RandomStream) -> Tensor
  ) throws -> Variable {
    let variable: Variable
    switch origin {
    case .fresh(let seed):
      var stream = RandomStream(seed: seed, purpose: name)
      variable = Variable(initial(&stream), requiresGradient: learningRateFactor != nil)
    case .file(let source):
      variable = Variable(try source.float32(name, shape))
    }
    precondition(variable.shape == shape, "\(name) was drawn as \(variable.shape), not \(shape)")
    all.append(AdapterTensor(name: name, variable: variable, learningRateFactor: learningRateFactor))
    return variable
  }

  /// Puts a tensor that is there already under a second name; it is trained once.
  func add(_ name: String, alias variable: Variable) {
    all.append(AdapterTensor(name: name, variable: variable, learningRateFactor: nil))
  }

  /// What stands in the file and was not asked for.
  var leftOver: [String] {
    guard case .file(let source) = origin else { return [] }
    let known = Set(all.map(\.name))
    return source.tensors.map(\.name).filter { !known.contains($0) }
  }
}

extension TensorSource {
  /// Reads a tensor of a known shape in float32.
  ///
  /// - Throws: `UserError` of kind `file` where it is missing, of another shape, or holds no floats.
  func float32(_ name: String, _ shape: Shape) throws -> Tensor {
    let found = try tensor(named: name)
    guard found.shape == shape.extents else {
      throw UserError.file("\(path): the tensor '\(name)' has the shape \(found.shape); this model needs \(shape)")
    }
    return try Tensor(shape) { try read(name, as: .float32, into: $0) }
  }
}
