import Autodiff
import Optimization
import Tensors
import Testing

@Suite("Clipping by the global norm")
struct ClippingTests {
  private func parameter(_ name: String, gradient: Tensor) -> Parameter {
    let variable = Variable(.zeros(gradient.shape), requiresGradient: true)
    variable.backward(gradient)
    return Parameter(name, variable)
  }

  @Test("The norm is taken over all tensors together")
  func norm() {
    let idle = Parameter("idle", Variable(.zeros([3]), requiresGradient: true))
    let parameters = [
      parameter("a", gradient: Tensor([3, 0])), idle, parameter("b", gradient: Tensor([0, 4, 12], [3, 1])),
    ]
    #expect(globalNorm(of: parameters) == 13)
    #expect(globalNorm(of: []) == 0)
  }

  @Test("Summed in Float64 in pieces of 65,536 elements of a tensor: the same bits with any number of threads")
  func largeNorm() {
    var random = RandomStream(seed: 4)
    let gradients = [random.normalTensor([300_001], deviation: 2), random.normalTensor([513, 65], deviation: 0.1)]
    let parameters = gradients.enumerated().map { parameter("\($0)", gradient: $1) }
    let norms = [1, 2, 3, 5].map { threads in
      Threads.$taskCount.withValue(threads) { globalNorm(of: parameters) }
    }
    let expected = gradients.flatMap(\.array).reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    #expect(Set(norms).count == 1)
    #expect(abs(norms[0] - expected) < 1e-13 * expected)
  }

  @Test("A finite gradient has a finite norm, however large")
  func hugeNorm() {
    #expect(globalNorm(of: [parameter("a", gradient: Tensor([0x1.8p100, -0x1p101]))]) == 0x1.4p101)
    #expect(globalNorm(of: [parameter("a", gradient: Tensor([3, .infinity]))]) == .infinity)
    #expect(globalNorm(of: [parameter("a", gradient: Tensor([3, .nan]))]).isNaN)
  }

  @Test("The factor is PyTorch's: at most one, limit / (norm + 1e-6) above")
  func factor() {
    #expect(clippingFactor(norm: 0.5, limit: 1) == 1)
    #expect(clippingFactor(norm: 4, limit: 1) == 1 / 4.000001)
    #expect(clippingFactor(norm: .nan, limit: 1).isNaN)
  }
}
