import Autodiff
import Tensors
import Testing

/// Gradients share memory where they can: what is added to one must not change another.
@Suite("Gradients that share memory")
struct SharedGradientTests {
  private let seed = Tensor([1, 10, 100, 1000], [2, 2])

  private func leaf() -> Variable { Variable(Tensor([1, 2, 3, 4], [2, 2]), requiresGradient: true) }

  @Test("x + x passes its gradient on twice")
  func sumWithItself() {
    let x = leaf()
    (x + x).backward(seed)
    #expect(x.gradient?.array == [2, 20, 200, 2000])
    #expect(seed.array == [1, 10, 100, 1000])
  }

  @Test("A residual chain, x + f(x) over and over, adds up along every path")
  func residualChain() {
    let x = leaf()
    var y = x
    for _ in 0..<4 { y = y + 2 * y }
    y.backward(seed)
    #expect(x.gradient?.array == seed.array.map { 81 * $0 })
  }

  @Test("Two leaves of one sum do not share what is added to one of them later")
  func twoLeaves() {
    let (a, b) = (leaf(), leaf())
    (a + b).backward(seed)
    (3 * a).backward(seed)
    #expect(a.gradient?.array == seed.array.map { 4 * $0 })
    #expect(b.gradient?.array == seed.array)
  }

  @Test("A reshaped gradient is added to without changing the one it came from")
  func reshaped() {
    let x = leaf()
    let flat = x.reshaped([4])
    (flat + x.reshaped([4])).backward(seed.reshaped([4]))
    #expect(x.gradient?.array == seed.array.map { 2 * $0 })
    #expect(x.gradient?.shape == [2, 2])
    #expect(seed.array == [1, 10, 100, 1000])
  }

  @Test("A tensor concatenated with itself gets both halves")
  func concatenatedWithItself() {
    let x = leaf()
    concatenate([x, x]).backward(Tensor([1, 2, 3, 4, 10, 20, 30, 40], [4, 2]))
    #expect(x.gradient?.array == [11, 22, 33, 44])
  }

  @Test("A matrix times itself: ∂(x x) = u xᵀ + xᵀ u")
  func square() {
    let x = leaf()
    matrixProduct(x, x).backward(Tensor([1, 0, 0, 1], [2, 2]))
    #expect(x.gradient?.array == [2, 6, 4, 8])
  }

  @Test("A gradient that was read does not change when more is added")
  func readGradient() {
    let x = leaf()
    x.sum().backward()
    let read = x.gradient
    x.sum().backward()
    #expect(read?.array == [1, 1, 1, 1])
    #expect(x.gradient?.array == [2, 2, 2, 2])
    x.clearGradient()
    #expect(x.gradient == nil)
  }
}
