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

  /// Puts the numbers together.
  package init(
    gradientScale: Float, learningRate: Double, betas: (first: Double, second: Double), epsilon: Double,
    weightDecay: Double, corrections: (first: Double, second: Double)
  ) {
    self.gradientScale = gradientScale
    self.learningRate = learningRate
    self.betas = betas
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.corrections = corrections
  }
}

/// One update by AdamW (1711.05101), in place: `m ← β₁ m + (1 - β₁) g`, `v ← β₂ v + (1 - β₂) g²`,
/// `p ← p (1 - η λ) - η (m / (1 - β₁ᵗ)) / (√(v / (1 - β₂ᵗ)) + ε)`. All tensors are float32 of one shape.
package func adamW(_ step: AdamWStep, _ parameter: Tensor, _ gradient: Tensor, first: Tensor, second: Tensor) {
  Threads.forRange(parameter.count, grain: 1 << 14) { range in
    let start = range.lowerBound
    attune_adamw(
      parameter.pointer + start, gradient.pointer + start, first.pointer + start, second.pointer + start, range.count,
      step.gradientScale, step.learningRate, step.betas.first, step.betas.second, Float(step.epsilon),
      step.weightDecay, step.corrections.first, step.corrections.second)
  }
}
