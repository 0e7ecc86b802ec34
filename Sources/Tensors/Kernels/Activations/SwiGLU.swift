import CKernels

/// SwiGLU's gate (2002.05202): `y = silu(gate) up`, element by element.
package func swiGLU(_ gate: Tensor, _ up: Tensor) -> Tensor {
  gate.elementType.choose(
    float32: ElementKernels.map(gate, up, attune_swiglu_f32), bfloat16: ElementKernels.map(gate, up, attune_swiglu_bf16)
  )
}

/// With s = σ(gate): `∂gate = up s (1 + gate (1 - s)) ∂y`, `∂up = gate s ∂y`.
package func swiGLUBackward(_ gate: Tensor, _ up: Tensor, _ dy: Tensor) -> (gate: Tensor, up: Tensor) {
  typealias Kernel<Element> = (
    UnsafePointer<Element>?, UnsafePointer<Element>?, UnsafePointer<Element>?, UnsafeMutablePointer<Element>?,
    UnsafeMutablePointer<Element>?, Int
  ) -> Void
  let dGate = Tensor(uninitialized: gate.shape, gate.elementType)
  let dUp = Tensor(uninitialized: gate.shape, gate.elementType)
  func run<Element: StoredElement>(_ kernel: Kernel<Element>) {
    Threads.forRange(gate.count, grain: 1 << 13) { range in
      let start = range.lowerBound
      kernel(
        gate.elements(from: start), up.elements(from: start), dy.elements(from: start), dGate.elements(from: start),
        dUp.elements(from: start), range.count)
    }
  }
  gate.elementType.choose(float32: run(attune_swiglu_backward_f32), bfloat16: run(attune_swiglu_backward_bf16))
  return (dGate, dUp)
}
