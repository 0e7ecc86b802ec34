import CKernels
import Tensors

/// `y = max(x, 0)`. `∂x = ∂y` where x > 0, else 0.
public func relu(_ x: Variable) -> Variable {
  activation(.relu, x, (attune_relu_f32, attune_relu_backward_f32), (attune_relu_bf16, attune_relu_backward_bf16))
}

/// GELU (1606.08415): `y = x Φ(x)`. `∂x = (Φ(x) + x φ(x)) ∂y`. Φ and φ are the normal distribution and its density.
public func gelu(_ x: Variable) -> Variable {
  activation(.gelu, x, (attune_gelu_f32, attune_gelu_backward_f32), (attune_gelu_bf16, attune_gelu_backward_bf16))
}

/// `y = x σ(x)`. `∂x = σ(x) (1 + x (1 - σ(x))) ∂y`.
public func silu(_ x: Variable) -> Variable {
  activation(.silu, x, (attune_silu_f32, attune_silu_backward_f32), (attune_silu_bf16, attune_silu_backward_bf16))
}

/// `y = σ(x) = 1 / (1 + e^-x)`. `∂x = y (1 - y) ∂y`.
public func sigmoid(_ x: Variable) -> Variable {
  activation(
    .sigmoid, x, (attune_sigmoid_f32, attune_sigmoid_backward_f32), (attune_sigmoid_bf16, attune_sigmoid_backward_bf16))
}

/// `y = tanh x`. `∂x = (1 - y²) ∂y`.
public func tanh(_ x: Variable) -> Variable {
  activation(.tanh, x, (attune_tanh_f32, attune_tanh_backward_f32), (attune_tanh_bf16, attune_tanh_backward_bf16))
}

/// `y = e^x`. `∂x = y ∂y`.
public func exp(_ x: Variable) -> Variable {
  activation(.exp, x, (attune_exp_f32, attune_exp_backward_f32), (attune_exp_bf16, attune_exp_backward_bf16))
}

/// A function of one element and its derivative: kernels for both element types, each (value, pullback).
private func activation(
  _ operation: Operation, _ x: Variable,
  _ float32: (value: Elementwise.Unary<Float>, pullback: Elementwise.Binary<Float>),
  _ bfloat16: (value: Elementwise.Unary<UInt16>, pullback: Elementwise.Binary<UInt16>)
) -> Variable {
  let value = { Elementwise.map(x.value, float32.value, bfloat16.value) }
  return .result(operation, value(), of: [x], recompute: value) { dy in
    x.node?.accumulate(Elementwise.map(x.value, dy, float32.pullback, bfloat16.pullback))
  }
}
