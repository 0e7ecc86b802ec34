import CKernels

/// `y = max(x, 0)`.
package func relu(_ x: Tensor) -> Tensor {
  x.elementType.choose(
    float32: ElementKernels.map(x, attune_relu_f32), bfloat16: ElementKernels.map(x, attune_relu_bf16))
}

/// `∂x = ∂y` where x > 0, else 0.
package func reluBackward(_ x: Tensor, _ dy: Tensor) -> Tensor {
  x.elementType.choose(
    float32: ElementKernels.map(x, dy, attune_relu_backward_f32),
    bfloat16: ElementKernels.map(x, dy, attune_relu_backward_bf16))
}
