import CKernels

/// GELU (1606.08415), `y = x Φ(x)`.
package func gelu(_ x: Tensor) -> Tensor {
  x.elementType.choose(
    float32: ElementKernels.map(x, attune_gelu_f32), bfloat16: ElementKernels.map(x, attune_gelu_bf16))
}

/// GELU's derivative: `∂x = (Φ(x) + x φ(x)) ∂y`.
package func geluBackward(_ x: Tensor, _ dy: Tensor) -> Tensor {
  x.elementType.choose(
    float32: ElementKernels.map(x, dy, attune_gelu_backward_f32),
    bfloat16: ElementKernels.map(x, dy, attune_gelu_backward_bf16))
}
