import Autodiff
import Optimization
import Tensors
import Testing

/// The code of `TensorsAndAutodiff.md`.
@Suite("Examples of the page about tensors and gradients")
struct AutodiffExamples {
  @Test("A sum of squares and its gradient")
  func gradient() {
    let x = Variable(Tensor([1, 2, 3]), requiresGradient: true)
    let y = (x * x).sum()
    y.backward()
    print(y.scalar)  // 14.0
    print(x.gradient?.array ?? [])  // [2.0, 4.0, 6.0]
    #expect(y.scalar == 14)
    #expect(x.gradient?.array == [2, 4, 6])
  }

  @Test("A linear map is found by AdamW")
  func regression() {
    var random = RandomStream(seed: 1)
    let inputs = Variable(random.normalTensor([64, 3], deviation: 1))
    let targets = linear(inputs, Variable(Tensor([2, -1, 0.5], [1, 3])))
    let weight = Parameter("weight", Variable(Tensor.zeros([1, 3]), requiresGradient: true))
    var optimizer = AdamW(weightDecay: 0)
    for _ in 1...200 {
      let error = linear(inputs, weight.variable) - targets
      let loss = (error * error).mean()
      loss.backward()
      optimizer.step([weight], learningRate: 0.05)
      weight.variable.clearGradient()
    }
    print(weight.variable.value.array)  // nearly [2, -1, 0.5]
    for (found, expected) in zip(weight.variable.value.array, [2, -1, 0.5] as [Float]) {
      #expect(abs(found - expected) < 0.01)
    }
  }
}
