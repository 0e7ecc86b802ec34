import Foundation

/// How heads are turned by their positions (2104.09864).
public struct RotaryConfiguration: Sendable, Hashable {
  /// How many numbers of a head are turned, in pairs; even.
  public var width: Int
  /// The base of the frequencies.
  public var theta: Double
  /// How the frequencies are stretched for longer contexts.
  public var scaling: Scaling

  /// Ways to stretch rotary frequencies.
  public enum Scaling: Sendable, Hashable {
    /// As they are.
    case none
    /// All divided by a factor (2306.15595).
    case linear(factor: Double)
    /// Llama 3.1's: low frequencies divided by the factor, high ones kept, those between blended.
    case llama3(factor: Double, lowFrequencyFactor: Double, highFrequencyFactor: Double, originalPositions: Double)
  }

  /// Turns `width` numbers of a head; the base is the paper's unless given.
  public init(width: Int, theta: Double = 10_000, scaling: Scaling = .none) {
    self.width = width
    self.theta = theta
    self.scaling = scaling
  }

  /// The angle that one position adds to pair i of a head: `theta^(-2i/D)`, stretched; D/2 of them.
  public var frequencies: [Double] {
    (0..<width / 2).map { i in
      let frequency = pow(theta, -Double(2 * i) / Double(width))
      switch scaling {
      case .none: return frequency
      case .linear(let factor): return frequency / factor
      case .llama3(let factor, let low, let high, let original):
        let wavelength = 2 * Double.pi / frequency
        if wavelength < original / high { return frequency }
        if wavelength > original / low { return frequency / factor }
        let blend = (original / wavelength - low) / (high - low)
        return (1 - blend) * frequency / factor + blend * frequency
      }
    }
  }
}
