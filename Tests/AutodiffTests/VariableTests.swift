import Autodiff
import Tensors
import Testing

@Suite("Variables and the backward walk")
struct VariableTests {
  @Test("A scalar is differentiated as it is: (3x)² at x = 2")
  func chainRule() {
    let x = Variable(Tensor(2), requiresGradient: true)
    let y = 3 * x
    let z = y * y
    z.backward()
    #expect(z.scalar == 36)
    #expect(x.gradient?.scalar == 36)
  }

  @Test("Data gets no gradient, and a result of data alone records nothing")
  func data() {
    let (data, weight) = (Variable(Tensor([1, 2])), Variable(Tensor([3, 4]), requiresGradient: true))
    #expect(!(data * data).requiresGradient)
    (data * weight).sum().backward()
    #expect(data.gradient == nil)
    #expect(weight.gradient?.array == [1, 2])
  }

  @Test("No gradients within the scope, gradients again after it")
  func scope() {
    let x = Variable(Tensor([1, 2]), requiresGradient: true)
    let inside = withoutGradients { silu(x) }
    #expect(!inside.requiresGradient)
    #expect(silu(x).requiresGradient)
    #expect(throws: CancellationError.self) { try withoutGradients { throw CancellationError() } }
    #expect(silu(x).requiresGradient)
  }

  @Test("Branches that meet again are each walked once, in an order that waits for all")
  func diamond() {
    let x = Variable(Tensor(3), requiresGradient: true)
    let stem = x * x
    let left = 2 * stem
    let right = left * stem
    (right + left).backward()
    // 2x⁴ + 2x² at 3: 8x³ + 4x.
    #expect(x.gradient?.scalar == 228)
  }

  @Test("A graph of twenty thousand operations is walked and taken apart without recursion")
  func depth() {
    let x = Variable(Tensor(1), requiresGradient: true)
    var y = x
    for _ in 0..<20_000 { y = y + x }
    y.backward()
    #expect(x.gradient?.scalar == 20_001)
  }

  @Test("A graph that is dropped unused is taken apart without recursion")
  func droppedGraph() {
    let x = Variable(Tensor(1), requiresGradient: true)
    var y = x
    for _ in 0..<100_000 { y = y * x + y }
    #expect(y.requiresGradient)
    y = x
    #expect(x.gradient == nil)
  }

  @Test("A bfloat16 leaf collects its gradient in float32")
  func bfloat16Leaf() {
    let x = Variable(Tensor([1, 2, 3]).cast(to: .bfloat16), requiresGradient: true)
    for _ in 0..<3 { (x.cast(to: .float32) * Variable(Tensor([0.001, 1, 256]))).sum().backward() }
    // 0.001 is not a bfloat16 number: it is rounded on its way through the cast once, the sum is not.
    #expect(x.gradient?.elementType == .float32)
    #expect(abs((x.gradient?.array[0] ?? 0) - 0.003) < 1.2e-5)
    #expect(x.gradient?.array[2] == 768)
  }

  @Test("A leaf's bfloat16 copy is made again after its value has changed")
  func lowPrecisionCopy() {
    let weight = Variable(Tensor([1, 2], [1, 2]), requiresGradient: true)
    #expect(weight.value(as: .bfloat16).array == [1, 2])
    weight.updateValue { $0[0] = 8 }
    #expect(weight.value(as: .bfloat16).array == [8, 2])
  }

  @Test("A value that is held elsewhere does not change when the leaf is updated")
  func valueSemantics() {
    let weight = Variable(Tensor([1, 2]), requiresGradient: true)
    let before = weight.value
    weight.updateValue { $0[0] = 8 }
    #expect(before.array == [1, 2])
    #expect(weight.value.array == [8, 2])
  }

  @Test("Inputs stored in bfloat16 give gradients, in every operation that takes them", arguments: Operation.allCases)
  func bfloat16Leaves(operation: Operation) {
    for row in rows(of: operation) where !row.bfloat16Inputs.isEmpty {
      let expected = row.run().gradients
      let leaves = row.inputs.enumerated().map { index, input in
        Variable(input.cast(to: row.bfloat16Inputs.contains(index) ? .bfloat16 : .float32), requiresGradient: true)
      }
      let result = row.forward(leaves)
      result.backward(normal(result.shape, "upstream").cast(to: result.elementType))
      for (leaf, gradient) in zip(leaves, expected) {
        let error = relativeError(leaf.gradient?.array ?? [], (gradient ?? []).map(Double.init))
        #expect(error <= row.gradientTolerance, "\(operation) \(row.name)")
      }
    }
  }
}
