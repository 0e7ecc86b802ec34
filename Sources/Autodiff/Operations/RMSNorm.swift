import Tensors

/// RMSNorm (1910.07467) over rows of `weight`'s width: `y = w x / √(mean(x²) + ε)`; the result is of `type`.
///
/// With n = x / rms and g = w ∂y: `∂x = (g - n mean(g n)) / rms`, `∂w = Σ_rows ∂y n`. Keeps 1 / rms of each row, and y, which
/// the layer after the norm keeps anyway: n = y / w. Where some w is zero, it keeps x instead.
///
/// - Parameter isRecomputable: whether y may be forgotten and computed again; x is then kept for that.
public func rmsNorm(
  _ x: Variable, _ weight: Variable, epsilon: Float, as type: ElementType? = nil, isRecomputable: Bool = false
) -> Variable {
  let width = weight.shape.count
  precondition(x.shape.width % width == 0, "a norm of width \(width) for \(x.shape)")
  let type = type ?? x.elementType
  precondition(x.elementType == .float32 || type == .bfloat16, "a bfloat16 norm has a bfloat16 result")
  let inverse = Tensor(uninitialized: [x.shape.count / width])
  let scale = weight.value(as: .float32)
  let value = { rmsNorm(x.value, scale, epsilon: epsilon, as: type, inverse: inverse) }
  let y = KeptValue(value(), recompute: isRecomputable ? value : nil)
  let input = RMSNormSource.isResult(for: scale) ? nil : x
  return .result(.rmsNorm, y, of: [x, weight]) { [dx = x.node, inputType = x.elementType] dy in
    let pass = RMSNormBackward(
      input.map { .input($0.value) } ?? .result(y.value), scale, inverse: inverse, dy,
      differentiatesWeight: weight.requiresGradient)
    if let dx { dx.contribute(as: inputType, pass.run) } else { pass.run(into: nil, adding: false) }
    weight.node?.contributeSums(pass.addWeightGradient)
  }
}
