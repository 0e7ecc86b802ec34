import CKernels

/// The numbers of one AdamW update of one tensor.
package struct AdamWStep {
  /// What the gradient is multiplied by while it is read.
  package let gradientScale: Float
  /// η.
  package let learningRate: Double
  /// β₁ and β₂.
  package let betas: (first: Double, second: Double)
  /// ε.
  package let epsilon: Double
  /// λ.
  package let weightDecay: Double
  /// `1 - β₁ᵗ` and `1 - β₂ᵗ`.
  package let corrections: (first: Double, second: Double)
  /// Decides how values are rounded at random, together with an element's index.
  package let roundingKey: UInt64

  /// Puts the numbers together.
  package init(
    gradientScale: Float, learningRate: Double, betas: (first: Double, second: Double), epsilon: Double,
    weightDecay: Double, corrections: (first: Double, second: Double), roundingKey: UInt64
  ) {
    self.gradientScale = gradientScale
    self.learningRate = learningRate
    self.betas = betas
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.corrections = corrections
    self.roundingKey = roundingKey
  }

  fileprivate var numbers: attune_adamw_step {
    attune_adamw_step(
      rate: learningRate, beta1: betas.first, beta2: betas.second, decay: weightDecay, correction1: corrections.first,
      correction2: corrections.second, gradient_scale: gradientScale, epsilon: Float(epsilon), key: roundingKey)
  }
}

/// One update by AdamW (1711.05101), in place: `m ← β₁ m + (1 - β₁) g`, `v ← β₂ v + (1 - β₂) g²`,
/// `p ← p (1 - η λ) - η (m / (1 - β₁ᵗ)) / (√(v / (1 - β₂ᵗ)) + ε)`. All tensors have one shape; gradient and moments are
/// float32. It is computed in float32; a bfloat16 parameter is rounded at random.
package func adamW(_ step: AdamWStep, _ parameter: Tensor, _ gradient: Tensor, first: Tensor, second: Tensor) {
  Threads.forRange(parameter.count, grain: 1 << 14) { range in
    var numbers = step.numbers
    parameter.elementType.choose(
      float32: attune_adamw_f32(
        &numbers, parameter.pointer, gradient.pointer, first.pointer, second.pointer, range.lowerBound, range.count),
      bfloat16: attune_adamw_bf16(
        &numbers, parameter.elements(), gradient.pointer, first.pointer, second.pointer, range.lowerBound,
        range.count))
  }
}

/// The same with moments of eight bits: decoded, updated in float32 and encoded again, block by block.
package func adamW(
  _ step: AdamWStep, _ parameter: Tensor, _ gradient: Tensor, first: EightBitMoment, second: EightBitMoment
) {
  Threads.forTiles(parameter.count, of: EightBitMoment.tile) { range in
    var numbers = step.numbers
    parameter.elementType.choose(
      float32: attune_adamw_int8_f32(
        &numbers, parameter.pointer, gradient.pointer, first.codePointer, first.scales.pointer, second.codePointer,
        second.scales.pointer, range.lowerBound, range.count),
      bfloat16: attune_adamw_int8_bf16(
        &numbers, parameter.elements(), gradient.pointer, first.codePointer, first.scales.pointer, second.codePointer,
        second.scales.pointer, range.lowerBound, range.count))
  }
}
