import Tensors

/// Whether operations record how they were computed.
enum Recording {
  @TaskLocal static var isOn = true
  /// Where operations that are not recorded note which of their inputs require a gradient.
  @TaskLocal static var reads: Reads?
}

/// The variables requiring gradients that an unrecorded computation read, in one task.
final class Reads: @unchecked Sendable {
  private(set) var nodes: [Node] = []
  private var known: Set<ObjectIdentifier> = []

  func note(_ more: [Node]) {
    for node in more where known.insert(ObjectIdentifier(node)).inserted { nodes.append(node) }
  }
}

/// Runs `body` without recording how anything is computed: for evaluation, generation and reference models.
public func withoutGradients<Result>(_ body: () throws -> Result) rethrows -> Result {
  try Recording.$isOn.withValue(false) { try body() }
}

/// Whether operations record how they were computed: false inside ``withoutGradients(_:)``.
public var gradientsAreRecorded: Bool { Recording.isOn }

extension Variable {
  /// The result of an operation.
  ///
  /// A pullback captures the ``node`` of an input to pass a gradient on, and an input itself only where the derivative
  /// reads its value: what is not captured is freed as soon as the forward pass is finished with it.
  ///
  /// - Parameters:
  ///   - operation: its case in the inventory.
  ///   - inputs: the variables that it was computed from.
  ///   - recompute: computes the value again from what the pullback keeps anyway, where that is cheap.
  ///   - pullback: takes the gradient of this result and adds to those of the inputs. It is dropped at once where no
  ///     input needs a gradient.
  static func result(
    _ operation: Operation, _ value: Tensor, of inputs: [Variable], recompute: (() -> Tensor)? = nil,
    pullback: @escaping (Tensor) -> Void
  ) -> Variable {
    result(operation, KeptValue(value, recompute: recompute), of: inputs, pullback: pullback)
  }

  /// The same for a pullback that reads the result's own value.
  static func result(
    _ operation: Operation, _ kept: KeptValue, of inputs: [Variable], pullback: @escaping (Tensor) -> Void
  ) -> Variable {
    let nodes = inputs.compactMap(\.node)
    guard Recording.isOn, !nodes.isEmpty else {
      Recording.reads?.note(nodes)
      return Variable(kept, node: nil)
    }
    return Variable(kept, node: Node(operation, for: kept.value, inputs: nodes, pullback: pullback))
  }
}
