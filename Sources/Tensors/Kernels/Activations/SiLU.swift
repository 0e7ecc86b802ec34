import CKernels

/// `y = x σ(x)`.
package func silu(_ x: Tensor) -> Tensor {
  x.elementType.choose(
    float32: ElementKernels.map(x, attune_silu_f32), bfloat16: ElementKernels.map(x, attune_silu_bf16))
}

/// `∂x = σ(x) (1 + x (1 - σ(x))) ∂y`.
package func siluBackward(_ x: Tensor, _ dy: Tensor) -> Tensor {
  x.elementType.choose(
    float32: ElementKernels.map(x, dy, attune_silu_backward_f32),
    bfloat16: ElementKernels.map(x, dy, attune_silu_backward_bf16))
}
