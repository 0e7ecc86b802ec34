import Autodiff
import Tensors
import Testing

/// `checkpoint` and `forgetValue()` change what is kept, never the results.
@Suite("Memory for time")
struct MemoryForTimeTests {
  /// A block as a decoder has it: norm, product, gate, residual.
  private struct Block {
    let norm = Variable(normal([24], "norm"), requiresGradient: true)
    let gate = Variable(normal([40, 24], "gate", deviation: 0.3), requiresGradient: true)
    let up = Variable(normal([40, 24], "up", deviation: 0.3), requiresGradient: true)
    let down = Variable(normal([24, 40], "down", deviation: 0.3), requiresGradient: true)

    var parameters: [Variable] { [norm, gate, up, down] }

    func callAsFunction(_ x: Variable, forgetting: Bool = false) -> Variable {
      let normed = rmsNorm(x, norm, epsilon: 1e-5, isRecomputable: true)
      let hidden = swiGLU(linear(normed, gate), linear(normed, up))
      let y = x + linear(hidden, down)
      if forgetting { for variable in [normed, hidden] { variable.forgetValue() } }
      return y
    }
  }

  /// Value and gradients of the parameters, and of the input where it requires one.
  private func run(training input: Bool, _ body: (Block, Variable) -> Variable) -> [[Float]?] {
    let block = Block()
    let x = Variable(normal([9, 24]), requiresGradient: input)
    let y = body(block, x)
    y.backward(normal([9, 24], "upstream"))
    return [y.value.array, x.gradient?.array] + block.parameters.map { $0.gradient?.array }
  }

  @Test("A checkpoint gives the bits of the plain call", arguments: [true, false])
  func checkpointed(trainingInput: Bool) {
    let plain = run(training: trainingInput) { block, x in block(block(x)) }
    let once = run(training: trainingInput) { block, x in checkpoint(x) { block(block($0)) } }
    let chained = run(training: trainingInput) { block, x in checkpoint(checkpoint(x) { block($0) }) { block($0) } }
    let nested = run(training: trainingInput) { block, x in checkpoint(x) { block(checkpoint($0) { block($0) }) } }
    #expect(plain[1...].contains(nil) == !trainingInput)
    #expect(once == plain)
    #expect(chained == plain)
    #expect(nested == plain)
  }

  @Test("A checkpointed body may read what was computed before, as layers read one computed prefix")
  func computedCapture() {
    func train(_ wrap: (Variable, @escaping (Variable) -> Variable) -> Variable) -> [[Float]?] {
      let parameter = Variable(normal([9, 24], "p"), requiresGradient: true)
      let prefix = silu(parameter)
      var x = Variable(normal([9, 24]))
      for _ in 0..<3 { x = wrap(x) { sigmoid($0) * prefix } }
      (x + prefix).backward(normal([9, 24], "upstream"))
      return [x.value.array, parameter.gradient?.array]
    }
    #expect(train { checkpoint($0, $1) } == train { $1($0) })
  }

  @Test("Where nothing requires a gradient, a checkpoint computes nothing again")
  func frozen() {
    var calls = 0
    let weight = Variable(normal([4, 4]), requiresGradient: false)
    let y = checkpoint(Variable(normal([3, 4]))) {
      calls += 1
      return linear($0, weight)
    }
    #expect(!y.requiresGradient)
    y.sum().backward()
    #expect(calls == 1)
  }

  @Test("Dropout inside a checkpoint drops the same elements both times")
  func dropoutInside() {
    let plain = run(training: true) { block, x in dropout(block(x), rate: 0.3, seed: 9) }
    #expect(run(training: true) { block, x in checkpoint(x) { dropout(block($0), rate: 0.3, seed: 9) } } == plain)
  }

  @Test("Forgotten values are computed again: no bit changes", arguments: [true, false])
  func forgotten(trainingInput: Bool) {
    let plain = run(training: trainingInput) { block, x in block(block(x)) }
    #expect(run(training: trainingInput) { block, x in block(block(x, forgetting: true), forgetting: true) } == plain)
  }
}
