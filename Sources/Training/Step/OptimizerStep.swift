import Autodiff
import Optimization

/// The optimizer of a run.
public typealias Optimizer = AdamW

/// An optimizer step: from sums, counts and gradients of all micro-batches to changed parameters.
///
/// The loss and the gradients are divided here, once, by the counts of all micro-batches of all processes, so that how a
/// step is cut changes nothing.
public struct OptimizerStep {
  /// What is trained.
  public let parameters: [Parameter]
  /// The largest global norm of the gradient; nil leaves it as it is.
  public let clipNorm: Double?
  /// Whether a step of one micro-batch updates each parameter during the backward pass, so that no more than a few
  /// gradients are in memory at a time.
  public let isInBackward: Bool
  /// The processes that take the step.
  public let communicator: Communicator

  /// What came of a step.
  public struct Outcome: Sendable, Equatable {
    /// The mean loss.
    public let loss: Double
    /// The global norm of the mean gradient before clipping.
    public let gradientNorm: Double
    /// What preferences report besides; nil for other objectives.
    public let preferences: PreferenceSums?

    /// Whether the step was skipped, because the loss or the gradient was not finite.
    public var isSkipped: Bool { !(loss.isFinite && gradientNorm.isFinite) }
  }

  /// A step for some parameters. A limit of 1 is LLaMA's (2302.13971, §2.3).
  public init(
    _ parameters: [Parameter], clipNorm: Double? = 1, isInBackward: Bool = false,
    communicator: Communicator = Communicator()
  ) {
    self.parameters = parameters
    self.clipNorm = clipNorm
    self.isInBackward = isInBackward
    self.communicator = communicator
  }

  /// Takes the step and clears the gradients. Where the loss or the gradient is not finite, parameters and optimizer stay
  /// as they are.
  ///
  /// - Parameters:
  ///   - sums: what the micro-batches of this process add up to; their gradients are in the parameters.
  ///   - learningRate: η of this step.
  ///   - optimizer: changes the parameters.
  public func callAsFunction(_ sums: StepSums, learningRate: Double, _ optimizer: inout Optimizer) -> Outcome {
    let sums = communicator.sum(sums)
    let count = Double(sums.count)
    let outcome = Outcome(
      loss: sums.loss / count, gradientNorm: globalNorm(of: parameters) / count, preferences: sums.preferences)
    if !outcome.isSkipped {
      let factor = clipNorm.map { clippingFactor(norm: outcome.gradientNorm, limit: $0) } ?? 1
      optimizer.step(parameters, learningRate: learningRate, gradientScale: factor / count)
    }
    for parameter in parameters { parameter.variable.clearGradient() }
    return outcome
  }
}
