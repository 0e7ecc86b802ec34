import Autodiff
import Tensors
import Testing

@Suite("Leaves are reported as soon as their gradients are complete")
struct CompleteGradientTests {
  @Test("once each, after the last operation that reads them, with the gradient of an ordinary walk")
  func order() {
    let (a, b, idle) = (leaf(2), leaf(3), leaf(5))
    let loss = ((b + Variable(Tensor(1))) * b) * a * a
    var found: [(Bool, Float?)] = []
    loss.sum().backward { node in
      found.append((node === a.node, node.gradient?.scalar))
      a.clearGradient()
    }
    // a² b (b + 1): 2 a b (b + 1), then a² (2 b + 1).
    #expect(found.map(\.0) == [true, false])
    #expect(found.map(\.1) == [48, 28])
    #expect(a.gradient == nil && idle.gradient == nil)
  }

  @Test("a leaf may be changed then: what is still to be computed does not read it", arguments: [false, true])
  func changing(isRecomputed: Bool) {
    let weights = (0..<4).map { _ in leaf(2) }
    func layer(_ x: Variable, _ weight: Variable) -> Variable { silu(x * weight) }
    func loss() -> Variable {
      weights.reduce(Variable(Tensor(1))) { x, weight in
        isRecomputed ? checkpoint(x) { layer($0, weight) } : layer(x, weight)
      }.sum()
    }
    loss().backward()
    let expected = weights.map { $0.gradient?.scalar }
    for weight in weights { weight.clearGradient() }
    var found: [ObjectIdentifier: Float] = [:]
    loss().backward { node in
      found[ObjectIdentifier(node)] = node.gradient?.scalar
      weights.first { $0.node === node }?.updateValue { $0[0] = .nan }
    }
    #expect(weights.map { $0.node.flatMap { found[ObjectIdentifier($0)] } } == expected)
  }

  private func leaf(_ value: Float) -> Variable { Variable(Tensor(value), requiresGradient: true) }
}
