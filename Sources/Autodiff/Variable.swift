import Tensors

/// A tensor that knows how it was computed, so that gradients can flow back to what it was computed from.
///
/// A leaf is made with ``init(_:requiresGradient:)``; every operation makes a new variable. The way back of a result's
/// gradient is a graph of ``Node``s, which keeps only those values that derivatives need. ``backward(_:)`` walks it to the
/// leaves, adds to their ``gradient`` and takes the graph apart on the way, so that memory is freed early.
public final class Variable {
  /// The extents of the value.
  public let shape: Shape
  /// The type of the value's elements.
  public let elementType: ElementType
  /// Where gradients of this variable go; nil where none is computed.
  public let node: Node?

  /// Grows whenever the value of a leaf is changed, so that results computed from it are known to be out of date.
  public private(set) var version = 0

  private let kept: KeptValue
  private var lowPrecisionCopy: Tensor?

  /// Makes a leaf: data, or a parameter where `requiresGradient` is set.
  public convenience init(_ value: Tensor, requiresGradient: Bool = false) {
    // Gradients of parameters are summed in float32, whatever the parameters are.
    self.init(KeptValue(value), node: requiresGradient ? Node(leafOf: value.shape, .float32, isLasting: true) : nil)
  }

  init(_ kept: KeptValue, node: Node?) {
    self.kept = kept
    shape = kept.value.shape
    elementType = kept.value.elementType
    self.node = node
  }

  /// Whether a gradient is computed for this variable.
  public var requiresGradient: Bool { node != nil }

  /// The sum of the gradients that have reached a leaf.
  public var gradient: Tensor? { node?.gradient }

  /// Removes the gradient.
  public func clearGradient() { node?.gradient = nil }

  /// The tensor. Where it has been forgotten it is computed again, and kept until the backward pass is finished with it.
  public var value: Tensor { kept.value }

  /// The value's only element.
  public var scalar: Float { value.scalar }

  /// The value in an element type; a bfloat16 copy of a leaf is made once and kept until the value changes.
  public func value(as type: ElementType) -> Tensor {
    if type == elementType { return value }
    guard type == .bfloat16, node?.isLeaf ?? true else { return value.cast(to: type) }
    if let lowPrecisionCopy { return lowPrecisionCopy }
    let copy = TensorLifetime.lasting { value.cast(to: type) }
    lowPrecisionCopy = copy
    return copy
  }

  /// Changes the value of a leaf in place, as an optimizer does.
  public func updateValue(_ body: (inout Tensor) -> Void) {
    precondition(node?.isLeaf ?? true, "only a leaf's value can be changed")
    lowPrecisionCopy = nil
    version += 1
    kept.update(body)
  }

  /// Drops the value where it can be computed again from what is kept anyway: saves memory for a little time. Call this
  /// when everything that reads the value in the forward pass has done so.
  public func forgetValue() {
    if node != nil { kept.forget() }
  }
}

/// A variable's value, shared with its pullback where that reads it.
final class KeptValue {
  private var stored: Tensor?
  private let recompute: (() -> Tensor)?

  init(_ value: Tensor, recompute: (() -> Tensor)? = nil) {
    stored = value
    self.recompute = recompute
  }

  /// The tensor; computed again, and kept, where it has been forgotten.
  var value: Tensor {
    if let stored { return stored }
    guard let recompute else { preconditionFailure("a variable without a value and without a way to compute it") }
    let value = recompute()
    stored = value
    return value
  }

  func forget() {
    if recompute != nil { stored = nil }
  }

  func update(_ body: (inout Tensor) -> Void) { stored?.update(body) }
}
