import CKernels

/// `y = σ(x) = 1 / (1 + e^-x)`.
package func sigmoid(_ x: Tensor) -> Tensor {
  x.elementType.choose(
    float32: ElementKernels.map(x, attune_sigmoid_f32), bfloat16: ElementKernels.map(x, attune_sigmoid_bf16))
}

/// `∂x = σ(x) (1 - σ(x)) ∂y`, computed from x so that no digits are lost where σ(x) is near 1.
package func sigmoidBackward(_ x: Tensor, _ dy: Tensor) -> Tensor {
  x.elementType.choose(
    float32: ElementKernels.map(x, dy, attune_sigmoid_backward_f32),
    bfloat16: ElementKernels.map(x, dy, attune_sigmoid_backward_bf16))
}
