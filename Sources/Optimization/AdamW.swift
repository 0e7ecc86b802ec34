import Tensors

/// AdamW (1711.05101) as PyTorch computes it.
///
/// With gradient g, step t and learning rate η:
/// `m ← β₁ m + (1 - β₁) g`, `v ← β₂ v + (1 - β₂) g²`,
/// `p ← p (1 - η λ) - η (m / (1 - β₁ᵗ)) / (√(v / (1 - β₂ᵗ)) + ε)`.
/// The decay λ holds for tensors of rank 2 and more: not for biases and norms.
public struct AdamW {
  /// The running averages of one parameter's gradient.
  public struct Moments {
    /// m, the average of g.
    public var first: Tensor
    /// v, the average of g².
    public var second: Tensor

    /// Combines stored averages.
    public init(first: Tensor, second: Tensor) {
      precondition(first.shape == second.shape, "moments of shapes \(first.shape) and \(second.shape)")
      self.first = first
      self.second = second
    }
  }

  /// β₁ and β₂.
  public let betas: (first: Double, second: Double)
  /// ε, added to the root.
  public let epsilon: Double
  /// λ.
  public let weightDecay: Double

  /// Steps taken: t of the last one. With ``moments`` it is the complete state for a checkpoint.
  public var stepCount = 0
  /// The averages by the name of the parameter; those of a name that is missing here start at zero.
  public var moments: [String: Moments] = [:]

  /// An optimizer that has taken no step. The defaults are those of language-model training (GPT-3, 2005.14165, app. B;
  /// LLaMA, 2302.13971, §2.3).
  public init(
    betas: (first: Double, second: Double) = (0.9, 0.95), epsilon: Double = 1e-8, weightDecay: Double = 0.1
  ) {
    self.betas = betas
    self.epsilon = epsilon
    self.weightDecay = weightDecay
  }

  /// Updates every parameter that has a gradient; the others and all gradients remain unchanged.
  ///
  /// - Parameters:
  ///   - parameters: the trained tensors; names are unique.
  ///   - learningRate: η of this step.
  ///   - gradientScale: what gradients are multiplied by while they are read: one over the number of tokens in their sum,
  ///     times ``clippingFactor(norm:limit:)``.
  public mutating func step(_ parameters: [Parameter], learningRate: Double, gradientScale: Double = 1) {
    stepCount += 1
    for parameter in parameters {
      guard let gradient = parameter.variable.gradient else { continue }
      let shape = parameter.variable.shape
      // Taken out of the dictionary, so that it is changed in place.
      let stored = moments.removeValue(forKey: parameter.name)
      var (first, second) = (stored?.first ?? .zeros(shape), stored?.second ?? .zeros(shape))
      precondition(first.shape == shape, "moments of shape \(first.shape) for \(parameter.name) of \(shape)")
      let step = AdamWStep(
        gradientScale: Float(gradientScale), learningRate: learningRate * parameter.learningRateFactor, betas: betas,
        epsilon: epsilon, weightDecay: shape.rank >= 2 ? weightDecay : 0,
        corrections: (1 - power(betas.first, stepCount), 1 - power(betas.second, stepCount)))
      parameter.variable.updateValue { value in
        first.update { first in
          second.update { second in adamW(step, value, gradient, first: first, second: second) }
        }
      }
      moments[parameter.name] = Moments(first: first, second: second)
    }
  }
}

/// `base` to a whole power, by squaring: the same bits on every machine.
private func power(_ base: Double, _ exponent: Int) -> Double {
  var (result, square, rest) = (1.0, base, exponent)
  while rest > 0 {
    if rest & 1 == 1 { result *= square }
    square *= square
    rest >>= 1
  }
  return result
}
