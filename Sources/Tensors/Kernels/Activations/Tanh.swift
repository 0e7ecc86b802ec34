import CKernels

/// `y = tanh x`.
package func tanh(_ x: Tensor) -> Tensor {
  x.elementType.choose(
    float32: ElementKernels.map(x, attune_tanh_f32), bfloat16: ElementKernels.map(x, attune_tanh_bf16))
}

/// `∂x = (1 - tanh² x) ∂y`, computed from x so that no digits are lost where tanh x is near ±1.
package func tanhBackward(_ x: Tensor, _ dy: Tensor) -> Tensor {
  x.elementType.choose(
    float32: ElementKernels.map(x, dy, attune_tanh_backward_f32),
    bfloat16: ElementKernels.map(x, dy, attune_tanh_backward_bf16))
}
