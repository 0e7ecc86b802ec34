import Synchronization
import Tensors

/// A place in the graph where gradients of one variable are summed, and the way they go back from there.
public final class Node {
  /// What computed the variable; nil for a leaf.
  let operation: Operation?
  /// Grows with every operation: later ones go back first.
  let order: Int
  private let shape: Shape
  private let gradientType: ElementType
  private(set) var inputs: [Node]
  /// Takes the gradient of the output and adds to those of the inputs.
  private var pullback: ((Tensor) -> Void)?
  /// What has arrived so far.
  var gradient: Tensor?

  private static let counter = Atomic<Int>(0)

  init(leafOf shape: Shape, _ gradientType: ElementType) {
    operation = nil
    order = 0
    self.shape = shape
    self.gradientType = gradientType
    inputs = []
  }

  init(_ operation: Operation, for value: Tensor, inputs: [Node], pullback: @escaping (Tensor) -> Void) {
    self.operation = operation
    order = Self.counter.wrappingAdd(1, ordering: .relaxed).newValue
    shape = value.shape
    gradientType = value.elementType
    self.inputs = inputs
    self.pullback = pullback
  }

  var isLeaf: Bool { operation == nil }

  /// Adds a contribution to the gradient. Shares its memory where it is the first.
  func accumulate(_ contribution: Tensor) {
    precondition(contribution.shape == shape, "a gradient of shape \(contribution.shape) for a value of shape \(shape)")
    let contribution = contribution.cast(to: gradientType)
    if gradient == nil {
      gradient = contribution
    } else {
      gradient?.update { sum in add(contribution, into: sum) }
    }
  }

  /// Memory that a pullback writes its contribution to: what is there must be added to where `adding` is set, and is
  /// uninitialised otherwise.
  func gradientBuffer() -> (tensor: Tensor, adding: Bool) {
    if gradient != nil { gradient?.update { _ in } }
    if let gradient { return (gradient, true) }
    let fresh = Tensor(uninitialized: shape, gradientType)
    gradient = fresh
    return (fresh, false)
  }

  /// Sends the gradient on to the inputs and lets go of everything that was kept for that.
  func propagate() {
    guard !isLeaf else { return }
    if let gradient {
      self.gradient = nil
      pullback?(gradient)
    }
    pullback = nil
    inputs = []
  }
}
