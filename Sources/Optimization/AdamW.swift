import Tensors

/// AdamW (1711.05101) as PyTorch computes it.
///
/// With gradient g, step t and learning rate η:
/// `m ← β₁ m + (1 - β₁) g`, `v ← β₂ v + (1 - β₂) g²`,
/// `p ← p (1 - η λ) - η (m / (1 - β₁ᵗ)) / (√(v / (1 - β₂ᵗ)) + ε)`.
/// The decay λ holds for tensors of rank 2 and more: not for biases and norms.
///
/// Updates are computed in float32. Parameters in bfloat16 and moments in eight bits are rounded at random, so that the
/// expected value is exact; which way decide the seed, the step, the parameter's name and the element's index.
public struct AdamW {
  /// β₁ and β₂.
  public let betas: (first: Double, second: Double)
  /// ε, added to the root.
  public let epsilon: Double
  /// λ.
  public let weightDecay: Double
  /// How moments are held; those of small tensors are float32 all the same (``Moments/Precision/holds(_:)``).
  public let precision: Moments.Precision
  /// Seeds what is rounded at random.
  public let seed: UInt64

  /// Steps taken: t of the last one. With ``moments`` it is the complete state for a checkpoint.
  public var stepCount = 0
  /// The averages by the name of the parameter; those of a name that is missing here start at zero.
  public var moments: [String: Moments] = [:]

  /// An optimizer that has taken no step. The defaults are those of language-model training (GPT-3, 2005.14165, app. B;
  /// LLaMA, 2302.13971, §2.3).
  public init(
    betas: (first: Double, second: Double) = (0.9, 0.95), epsilon: Double = 1e-8, weightDecay: Double = 0.1,
    moments precision: Moments.Precision = .float32, seed: UInt64 = 0
  ) {
    self.betas = betas
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.precision = precision
    self.seed = seed
  }

  /// Updates every parameter that has a gradient; the others and all gradients remain unchanged.
  ///
  /// - Parameters:
  ///   - parameters: the trained tensors; names are unique.
  ///   - learningRate: η of this step.
  ///   - gradientScale: what gradients are multiplied by while they are read: one over the number of tokens in their sum,
  ///     times ``clippingFactor(norm:limit:)``.
  public mutating func step(_ parameters: [Parameter], learningRate: Double, gradientScale: Double = 1) {
    beginStep()
    for parameter in parameters { update(parameter, learningRate: learningRate, gradientScale: gradientScale) }
  }

  /// Starts a step whose parameters are then updated one by one, each once.
  public mutating func beginStep() { stepCount += 1 }

  /// Updates one parameter of the current step, if it has a gradient.
  ///
  /// - Parameters:
  ///   - learningRate: η of this step.
  ///   - gradientScale: what the gradient is multiplied by while it is read.
  public mutating func update(_ parameter: Parameter, learningRate: Double, gradientScale: Double = 1) {
    guard let gradient = parameter.variable.gradient else { return }
    let (name, shape) = (parameter.name, parameter.variable.shape)
    // Taken out of the dictionary, so that they are changed in place. They outlive the pass that this may be part of.
    var own = moments.removeValue(forKey: name) ?? TensorLifetime.lasting { Moments(zeros: shape, precision) }
    precondition(own.shape == shape, "moments of shape \(own.shape) for \(name) of \(shape)")
    let step = AdamWStep(
      gradientScale: Float(gradientScale), learningRate: learningRate * parameter.learningRateFactor, betas: betas,
      epsilon: epsilon, weightDecay: shape.rank >= 2 ? weightDecay : 0,
      corrections: (1 - power(betas.first, stepCount), 1 - power(betas.second, stepCount)),
      roundingKey: RandomStream(seed: seed, purpose: "rounding \(stepCount) \(name)").state)
    parameter.variable.updateValue { value in own.update(step, value, gradient) }
    moments[name] = own
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
