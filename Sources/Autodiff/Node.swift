import Synchronization
import Tensors

/// A place in the graph where the gradients of one variable are summed, and their way back from there.
public final class Node {
  /// The operation that computed the variable; nil for a leaf.
  let operation: Operation?
  /// Grows with every operation: later ones propagate first.
  let order: Int
  let shape: Shape
  private let gradientType: ElementType
  /// Whether the gradient may outlive the pass that computes it, as those of parameters do.
  private let isLasting: Bool
  private(set) var inputs: [Node]
  /// Takes the gradient of the output and adds to those of the inputs.
  private var pullback: ((Tensor) -> Void)?
  /// The sum of what has arrived so far.
  public internal(set) var gradient: Tensor?

  private static let counter = Atomic<Int>(0)
  /// The order of the last operation recorded so far.
  static var newest: Int { counter.load(ordering: .relaxed) }

  init(leafOf shape: Shape, _ gradientType: ElementType, isLasting: Bool = false) {
    operation = nil
    self.isLasting = isLasting
    order = 0
    self.shape = shape
    self.gradientType = gradientType
    inputs = []
  }

  init(_ operation: Operation, for value: Tensor, inputs: [Node], pullback: @escaping (Tensor) -> Void) {
    self.operation = operation
    isLasting = false
    order = Self.counter.wrappingAdd(1, ordering: .relaxed).newValue
    shape = value.shape
    gradientType = value.elementType
    self.inputs = inputs
    self.pullback = pullback
  }

  /// Releases the graph before a node that was never walked, one node after another: a chain of releases would go as deep
  /// into the stack as the graph is long.
  deinit {
    var pending = inputs
    inputs = []
    pullback = nil
    while var node = pending.popLast() {
      guard isKnownUniquelyReferenced(&node) else { continue }
      pending += node.inputs
      node.inputs = []
      node.pullback = nil
    }
  }

  var isLeaf: Bool { operation == nil }

  /// Makes the tensors of `body` as those of the gradient.
  private func gradientMemory<Result>(_ body: () -> Result) -> Result {
    isLasting ? TensorLifetime.ofGradients(body) : body()
  }

  /// Uninitialised float32 memory for a contribution that ``accumulate(_:)`` will share where it is the first one.
  func contributionMemory() -> Tensor {
    gradient == nil ? gradientMemory { Tensor(uninitialized: shape) } : Tensor(uninitialized: shape)
  }

  /// Adds a contribution to the gradient. The first one shares its memory, if that is kept as long.
  func accumulate(_ contribution: Tensor) {
    precondition(contribution.shape == shape, "a gradient of shape \(contribution.shape) for a value of shape \(shape)")
    let contribution = contribution.cast(to: gradientType)
    gradientMemory {
      if gradient == nil {
        let outlives = isLasting && TensorLifetime.ofGradients == .lasting
        gradient = outlives && contribution.lifetime == .passing ? contribution.copy() : contribution
      } else {
        gradient?.update { sum in add(sum, contribution, into: sum) }
      }
    }
  }

  /// Memory that a pullback writes its contribution to: it must add to what is there where `adding` is set; otherwise the
  /// memory is uninitialised.
  func gradientBuffer() -> GradientTarget {
    gradientMemory {
      if gradient != nil { gradient?.update { _ in } }
      if let gradient { return (gradient, true) }
      let fresh = Tensor(uninitialized: shape, gradientType)
      gradient = fresh
      return (fresh, false)
    }
  }

  /// Lets `body` write a contribution in an element type, or add it where `adding` says that something is there already.
  /// Memory in between is used only where the gradient itself has the other type.
  func contribute(as type: ElementType, _ body: (_ gradient: Tensor, _ adding: Bool) -> Void) {
    if type == gradientType {
      let (tensor, adding) = gradientBuffer()
      body(tensor, adding)
    } else {
      let contribution = Tensor(uninitialized: shape, type)
      body(contribution, false)
      accumulate(contribution)
    }
  }

  /// Lets `body` add to float32 sums, which start at zero where nothing is there yet.
  func contributeSums(_ body: (_ sums: Tensor) -> Void) {
    contribute(as: .float32) { sums, adding in
      if !adding { fillWithZeros(sums) }
      body(sums)
    }
  }

  /// Passes the gradient on to the inputs and releases everything that was kept for that.
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
