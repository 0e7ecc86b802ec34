import Autodiff
import Optimization
import Tensors
import Testing

@Suite("AdamW on bfloat16 weights")
struct StochasticRoundingTests {
  /// Steps of a thousandth of what separates two neighbouring bfloat16 numbers at 1, all in one direction.
  private func train(_ optimizer: inout AdamW, name: String = "p", steps: Int = 500) -> [Float] {
    let parameter = Variable(Tensor(repeating: 1, [16_384], .bfloat16), requiresGradient: true)
    parameter.cast(to: .float32).sum().backward()
    for _ in 0..<steps { optimizer.step([Parameter(name, parameter)], learningRate: 0x1p-7 / 1000) }
    return parameter.value.array
  }

  @Test("Updates far below a step of bfloat16 add up: the mean moves as in float32")
  func mean() {
    var optimizer = AdamW(weightDecay: 0)
    let weights = train(&optimizer)
    // Below 1 the distance of two numbers is half as large: a probability of 1/500 for each of 500 steps.
    let moved = weights.reduce(0) { $0 + Double(1 - $1) } / 16_384
    #expect(abs(moved / (500 * 0x1p-7 / 1000) - 1) < 0.03, "\(moved)")
    #expect(Set(weights).count > 3)
  }

  @Test("Rounding depends on seed, step and name, and on nothing else")
  func repeatable() {
    func train(seed: UInt64, name: String, from step: Int = 0, threads: Int = 1) -> [Float] {
      var optimizer = AdamW(seed: seed)
      optimizer.stepCount = step
      return Threads.$taskCount.withValue(threads) { self.train(&optimizer, name: name, steps: 5) }
    }
    let weights = train(seed: 1, name: "a")
    #expect([2, 3, 5, 8].allSatisfy { train(seed: 1, name: "a", threads: $0) == weights })
    #expect(train(seed: 2, name: "a") != weights)
    #expect(train(seed: 1, name: "b") != weights)
    #expect(train(seed: 1, name: "a", from: 1) != weights)
  }

  @Test("What is not changed keeps its bits")
  func unchanged() {
    var random = RandomStream(seed: 3)
    let start = random.normalTensor([70, 70], deviation: 1).cast(to: .bfloat16)
    let parameter = Variable(start.copy(), requiresGradient: true)
    (0 * parameter.cast(to: .float32)).sum().backward()
    var optimizer = AdamW(weightDecay: 0)
    for _ in 0..<10 { optimizer.step([Parameter("p", parameter)], learningRate: 1) }
    #expect(parameter.value.array == start.array)
  }
}
