import Autodiff
import Optimization
import Tensors
import Testing

@Suite("AdamW")
struct AdamWTests {
  /// PyTorch's update of one element, in Float64: `torch.optim.AdamW`'s documentation, line by line.
  private struct Reference {
    var p: Double
    var m = 0.0
    var v = 0.0

    mutating func step(_ g: Double, t: Int, rate: Double, decay: Double, betas: (Double, Double), epsilon: Double) {
      p -= rate * decay * p
      m = betas.0 * m + (1 - betas.0) * g
      v = betas.1 * v + (1 - betas.1) * g * g
      var powers = (1.0, 1.0)
      for _ in 0..<t { powers = (powers.0 * betas.0, powers.1 * betas.1) }
      p -= rate * (m / (1 - powers.0)) / ((v / (1 - powers.1)).squareRoot() + epsilon)
    }
  }

  /// A parameter whose gradient is set by hand: the gradient of Σ g p is g.
  private func give(_ gradient: Tensor, to parameter: Variable) {
    parameter.clearGradient()
    (parameter * Variable(gradient)).sum().backward()
  }

  @Test(
    "Twenty steps are PyTorch's, within float32's rounding",
    arguments: [Shape([3]), [2, 3], [17, 19], [40_000]], [(0.9, 0.95), (0.9, 0.999)])
  func matchesPyTorch(shape: Shape, betas: (Double, Double)) throws {
    var random = RandomStream(seed: 1)
    let parameter = Variable(random.normalTensor(shape, deviation: 1), requiresGradient: true)
    var references = parameter.value.array.map { Reference(p: Double($0)) }
    var optimizer = AdamW(betas: betas, weightDecay: 0.1)
    for step in 1...20 {
      let rate = 0.01 / Double(step)
      give(random.normalTensor(shape, deviation: 0.02), to: parameter)
      for (index, g) in try #require(parameter.gradient).array.enumerated() {
        references[index].step(
          0.25 * Double(g), t: step, rate: rate, decay: shape.rank >= 2 ? 0.1 : 0, betas: betas, epsilon: 1e-8)
      }
      optimizer.step([Parameter("p", parameter)], learningRate: rate, gradientScale: 0.25)
    }
    // Each step rounds a number of about 1 twice: 20 steps are off by some 1e-6 at worst.
    let error = zip(parameter.value.array, references).map { abs(Double($0) - $1.p) }.max() ?? 0
    #expect(error < 2e-6)
    let moments = try #require(optimizer.moments["p"])
    #expect(zip(moments.first.array, references).allSatisfy { abs(Double($0) - $1.m) < 1e-8 })
    #expect(zip(moments.second.array, references).allSatisfy { abs(Double($0) - $1.v) < 1e-6 * $1.v + 1e-12 })
  }

  @Test("Weights decay, biases and norms do not")
  func decay() {
    let weight = Variable(Tensor(repeating: 2, [2, 2]), requiresGradient: true)
    let bias = Variable(Tensor(repeating: 2, [4]), requiresGradient: true)
    for variable in [weight, bias] { give(.zeros(variable.shape), to: variable) }
    var optimizer = AdamW(weightDecay: 0.5)
    optimizer.step([Parameter("weight", weight), Parameter("bias", bias)], learningRate: 0.1)
    #expect(weight.value.array.allSatisfy { abs($0 - 1.9) < 1e-6 })
    #expect(bias.value.array == [2, 2, 2, 2])
  }

  @Test("A learning-rate factor moves its parameter further: the first step is as long as the rate")
  func learningRateFactor() {
    let a = Variable(Tensor([1]), requiresGradient: true)
    let b = Variable(Tensor([1]), requiresGradient: true)
    for variable in [a, b] { give(Tensor([3]), to: variable) }
    var optimizer = AdamW()
    optimizer.step([Parameter("A", a), Parameter("B", b, learningRateFactor: 16)], learningRate: 0.01)
    #expect(abs(a.scalar - 0.99) < 1e-6)
    #expect(abs(b.scalar - 0.84) < 1e-6)
  }

  @Test("A parameter without a gradient stays as it is and gets no moments")
  func withoutGradient() {
    let idle = Variable(Tensor(repeating: 1, [2, 2]), requiresGradient: true)
    var optimizer = AdamW()
    optimizer.step([Parameter("idle", idle)], learningRate: 1)
    #expect(idle.value.array == [1, 1, 1, 1])
    #expect(optimizer.moments.isEmpty)
  }

  @Test("Going on from stored moments equals not stopping, bit for bit, and leaves the stored ones alone")
  func restore() throws {
    var random = RandomStream(seed: 2)
    let gradients = (0..<6).map { _ in random.normalTensor([5, 7], deviation: 1) }
    let start = random.normalTensor([5, 7], deviation: 1)
    func train(_ variable: Variable, _ optimizer: inout AdamW, _ steps: Range<Int>) {
      for step in steps {
        give(gradients[step], to: variable)
        optimizer.step([Parameter("p", variable)], learningRate: 0.1)
      }
    }
    let straight = Variable(start.copy(), requiresGradient: true)
    var optimizer = AdamW()
    train(straight, &optimizer, 0..<3)
    let (middle, stored) = (straight.value.copy(), optimizer)
    let storedFirst = try #require(stored.moments["p"]).first.array
    train(straight, &optimizer, 3..<6)

    let resumed = Variable(middle, requiresGradient: true)
    var second = AdamW()
    second.stepCount = stored.stepCount
    second.moments = stored.moments
    train(resumed, &second, 3..<6)
    #expect(resumed.value.array == straight.value.array)
    #expect(stored.moments["p"]?.first.array == storedFirst)
  }

  @Test("The number of threads changes no bit")
  func threads() {
    func train() -> [Float] {
      var random = RandomStream(seed: 3)
      let variable = Variable(random.normalTensor([301, 257], deviation: 1), requiresGradient: true)
      var optimizer = AdamW()
      for _ in 0..<3 {
        give(random.normalTensor(variable.shape, deviation: 1), to: variable)
        optimizer.step([Parameter("p", variable)], learningRate: 0.1)
      }
      return variable.value.array
    }
    let one = Threads.$taskCount.withValue(1) { train() }
    let three = Threads.$taskCount.withValue(3) { train() }
    #expect(one == three)
  }
}
