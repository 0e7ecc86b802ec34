import Foundation

/// The learning rate of every step: a linear warm-up, then a decay (or none) to a fraction of the peak.
public struct Schedule: Sendable, Equatable {
  /// How the learning rate changes after the warm-up.
  public enum Decay: String, Sendable, CaseIterable {
    /// Half a cosine (1608.03983).
    case cosine
    /// A straight line.
    case linear
    /// The peak throughout.
    case constant
  }

  /// How the learning rate changes after the warm-up.
  public let decay: Decay
  /// η, the largest learning rate.
  public let peak: Double
  /// w, the steps until the peak is reached. It may reach or exceed ``totalSteps``.
  public let warmupSteps: Int
  /// N, the last step.
  public let totalSteps: Int
  /// φ, the fraction of the peak at the last step.
  public let finalFraction: Double

  /// A schedule over `totalSteps`. A final fraction of 0.1 is Chinchilla's and LLaMA's (2203.15556, 2302.13971).
  public init(
    _ decay: Decay, peak: Double, warmupSteps: Int = 0, totalSteps: Int, finalFraction: Double = 0.1
  ) {
    self.decay = decay
    self.peak = peak
    self.warmupSteps = warmupSteps
    self.totalSteps = totalSteps
    self.finalFraction = finalFraction
  }

  /// A schedule whose warm-up is a share of all steps, rounded up.
  public init(
    _ decay: Decay, peak: Double, warmupFraction: Double, totalSteps: Int, finalFraction: Double = 0.1
  ) {
    self.init(
      decay, peak: peak, warmupSteps: Int((warmupFraction * Double(totalSteps) - 1e-9).rounded(.up)),
      totalSteps: totalSteps,
      finalFraction: finalFraction)
  }

  /// The learning rate of a step, counted from 1: `η s / w` while s ≤ w, then from η at w to φ η at N.
  public func learningRate(step: Int) -> Double {
    if step <= warmupSteps { return peak * Double(step) / Double(warmupSteps) }
    let progress = min(1, Double(step - warmupSteps) / Double(max(1, totalSteps - warmupSteps)))
    let final = finalFraction * peak
    return switch decay {
    case .cosine: final + (1 + cos(.pi * progress)) / 2 * (peak - final)
    case .linear: peak - progress * (peak - final)
    case .constant: peak
    }
  }
}
