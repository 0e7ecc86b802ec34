import Autodiff
import Optimization
import Tensors
import Testing
import Training

@Suite("An optimizer step")
struct OptimizerStepTests {
  /// Two weights with the gradients 6 and 8, as four tokens added them up.
  private func weights() -> Parameter {
    let variable = Variable(Tensor([1, 1], [2]), requiresGradient: true)
    (variable * Variable(Tensor([6, 8], [2]))).sum().backward()
    return Parameter("weights", variable)
  }

  @Test("divides sums and gradients by the count, once, and clears the gradients")
  func division() {
    let weights = weights()
    var optimizer = Optimizer(weightDecay: 0)
    let outcome = OptimizerStep([weights], clipNorm: nil)(StepSums(loss: 12, count: 4), learningRate: 0.1, &optimizer)
    #expect(outcome.loss == 3 && outcome.gradientNorm == 2.5 && !outcome.isSkipped)
    #expect(weights.variable.gradient == nil)
    let moments = optimizer.moments["weights"]?.first.array ?? []
    #expect(zip(moments, [0.15, 0.2] as [Float]).allSatisfy { abs($0 - $1) < 1e-6 } && moments.count == 2)
  }

  @Test("clips the mean gradient and reports its norm from before")
  func clipping() {
    var optimizer = Optimizer(weightDecay: 0)
    let outcome = OptimizerStep([weights()], clipNorm: 0.5)(StepSums(count: 4), learningRate: 0.1, &optimizer)
    #expect(outcome.gradientNorm == 2.5)
    let moments = optimizer.moments["weights"]?.first.array ?? []
    #expect(zip(moments, [0.03, 0.04] as [Float]).allSatisfy { abs($0 - $1) < 1e-6 } && moments.count == 2)
  }

  @Test("is skipped where loss or gradient are not finite: weights and moments stay, gradients go")
  func skipping() {
    for (loss, count) in [(Double.nan, 4), (1, 0)] {
      let weights = weights()
      var optimizer = Optimizer()
      let outcome = OptimizerStep([weights])(StepSums(loss: loss, count: count), learningRate: 0.1, &optimizer)
      #expect(outcome.isSkipped)
      #expect(weights.variable.value.array == [1, 1] && weights.variable.gradient == nil)
      #expect(optimizer.stepCount == 0 && optimizer.moments.isEmpty)
    }
  }
}
