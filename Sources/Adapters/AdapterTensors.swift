import Autodiff
import Checkpoints
import Diagnostics
import Optimization
import Tensors

/// A tensor of an adapter.
public struct AdapterTensor {
  /// Its name in files.
  public let name: String
  /// Its value, float32.
  public let variable: Variable
  /// The factor of the learning rate; nil for a tensor that is not trained.
  public let learningRateFactor: Double?
}

/// Makes an adapter's tensors while a method builds its parts: with starting values, or from a file.
package final class AdapterTensors {
  /// Where tensors come from.
  enum Origin {
    /// Starting values, to be trained.
    case fresh(seed: UInt64, encode: (String) -> [Int32])
    /// A file, to be used.
    case file(any TensorSource)
  }

  private let origin: Origin
  /// The tensors made so far.
  private(set) var all: [AdapterTensor] = []
  /// The tensors of the file that are known and not used.
  private var skipped: [String] = []
  /// The modules that a file's configuration targets, whether or not the file has their tensors: beside a part, PEFT calls
  /// a module's own weight `base_layer.weight`.
  var targeted: Set<String> = []

  init(_ origin: Origin) {
    self.origin = origin
  }

  /// Whether the adapter is read from a file.
  package var areRead: Bool { if case .file = origin { true } else { false } }

  /// Whether a tensor is to be made: always for a fresh adapter, otherwise where the file has it.
  package func has(_ name: String) -> Bool {
    switch origin {
    case .fresh: true
    case .file(let source): source.description(of: name) != nil
    }
  }

  /// The tokens of a text that a fresh adapter starts from; none where the adapter is read.
  package func tokens(of text: String) -> [Int32] {
    if case .fresh(_, let encode) = origin { encode(text) } else { [] }
  }

  /// Makes the tensor of a name and shape.
  ///
  /// - Parameters:
  ///   - learningRateFactor: the factor of the learning rate; nil where the tensor is not trained.
  ///   - initial: the starting value of a fresh tensor, from a random stream that seed and name decide.
  /// - Throws: `UserError` of kind `file` where the file has no such tensor of this shape.
  package func make(
    _ name: String, _ shape: Shape, learningRateFactor: Double? = 1, initial: (inout RandomStream) -> Tensor
  ) throws -> Variable {
    let variable: Variable
    switch origin {
    case .fresh(let seed, _):
      var stream = RandomStream(seed: seed, purpose: name)
      variable = Variable(initial(&stream), requiresGradient: learningRateFactor != nil)
    case .file(let source):
      variable = Variable(try source.float32(name, shape))
    }
    precondition(variable.shape == shape, "the start of \(name) has the shape \(variable.shape), not \(shape)")
    all.append(AdapterTensor(name: name, variable: variable, learningRateFactor: learningRateFactor))
    return variable
  }

  /// Makes the tensor of a name and shape, which starts as a fresh one does where the file lacks it.
  func makeOrStart(_ name: String, _ shape: Shape, initial: (inout RandomStream) -> Tensor) throws -> Variable {
    if has(name) { return try make(name, shape, initial: initial) }
    var stream = RandomStream(seed: 0, purpose: name)
    return Variable(initial(&stream))
  }

  /// Notes tensors of the file that are known and not used.
  func skip(_ names: [String]) { skipped += names }

  /// Gives a tensor a second name in the file; it is trained once.
  func add(_ name: String, alias variable: Variable) {
    all.append(AdapterTensor(name: name, variable: variable, learningRateFactor: nil))
  }

  /// Whether all tensors of the file are known and not used.
  var usesNone: Bool { all.isEmpty && !skipped.isEmpty }

  /// The tensors of the file that no part of the adapter asked for.
  var leftOver: [String] {
    guard case .file(let source) = origin else { return [] }
    let known = Set(all.map(\.name) + skipped)
    return source.tensors.map(\.name).filter { !known.contains($0) }
  }
}

extension TensorSource {
  /// Reads a tensor of a known shape as float32.
  ///
  /// - Throws: `UserError` of kind `file` where it is missing, has another shape, or holds no floats.
  func float32(_ name: String, _ shape: Shape) throws -> Tensor {
    let found = try tensor(named: name)
    guard found.shape == shape.extents else {
      throw UserError.file("\(path): the tensor '\(name)' has the shape \(found.shape); this model needs \(shape)")
    }
    return try float32(found)
  }

  /// Reads a tensor as float32.
  ///
  /// - Throws: `UserError` of kind `file` where it holds no floats.
  func float32(_ description: TensorDescription) throws -> Tensor {
    try checkConversion(of: description, to: .float32)
    return try Tensor(Shape(description.shape)) { try read(description.name, as: .float32, into: $0) }
  }
}
