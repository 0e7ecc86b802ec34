import Tensors

/// AdamW's running averages of one parameter's gradient.
public enum Moments {
  /// In float32.
  case float32(first: Tensor, second: Tensor)
  /// In eight bits an element.
  case int8(first: EightBitMoment, second: EightBitMoment)

  /// How moments are held.
  public enum Precision: String, Sendable, CaseIterable {
    /// Four bytes an element.
    case float32
    /// A byte an element and a scale for every 256 of them, after 2110.02861; small tensors keep float32.
    case int8

    /// The fewest elements of a tensor whose moments are held in eight bits: bitsandbytes' bound.
    public static let smallest = 4096

    /// How the moments of a tensor are held: norms and biases would save little, and are sensitive.
    public func holds(_ shape: Shape) -> Precision { shape.count < Self.smallest ? .float32 : self }
  }

  /// Combines stored averages.
  public init(first: Tensor, second: Tensor) {
    precondition(first.shape == second.shape, "moments of shapes \(first.shape) and \(second.shape)")
    self = .float32(first: first, second: second)
  }

  /// The averages before the first step.
  public init(zeros shape: Shape, _ precision: Precision) {
    switch precision.holds(shape) {
    case .float32: self = .float32(first: .zeros(shape), second: .zeros(shape))
    case .int8:
      self = .int8(first: EightBitMoment(zeros: shape, .first), second: EightBitMoment(zeros: shape, .second))
    }
  }

  /// The extents of either.
  public var shape: Shape {
    switch self {
    case .float32(let first, _): first.shape
    case .int8(let first, _): first.shape
    }
  }

  /// m, the average of g, in float32.
  public var first: Tensor {
    switch self {
    case .float32(let first, _): first
    case .int8(let first, _): first.decoded
    }
  }

  /// v, the average of g², in float32.
  public var second: Tensor {
    switch self {
    case .float32(_, let second): second
    case .int8(_, let second): second.decoded
    }
  }

  /// The bytes of both together.
  public var byteCount: Int {
    switch self {
    case .float32(let first, _): 8 * first.count
    case .int8(let first, _): 2 * (first.shape.count + 4 * first.scales.count)
    }
  }

  /// Updates a parameter and its moments in place.
  mutating func update(_ step: AdamWStep, _ value: Tensor, _ gradient: Tensor) {
    switch self {
    case .float32(var first, var second):
      // Nothing else may share their memory meanwhile.
      self = .float32(first: Tensor(0), second: Tensor(0))
      first.update { first in second.update { second in adamW(step, value, gradient, first: first, second: second) } }
      self = .float32(first: first, second: second)
    case .int8(var first, var second):
      self = .float32(first: Tensor(0), second: Tensor(0))
      first.update { first in second.update { second in adamW(step, value, gradient, first: first, second: second) } }
      self = .int8(first: first, second: second)
    }
  }
}
