import CKernels

/// `y = e^x`.
package func exp(_ x: Tensor) -> Tensor {
  x.elementType.choose(
    float32: ElementKernels.map(x, attune_exp_f32), bfloat16: ElementKernels.map(x, attune_exp_bf16))
}

/// `∂x = e^x ∂y`.
package func expBackward(_ x: Tensor, _ dy: Tensor) -> Tensor {
  x.elementType.choose(
    float32: ElementKernels.map(x, dy, attune_exp_backward_f32),
    bfloat16: ElementKernels.map(x, dy, attune_exp_backward_bf16))
}
