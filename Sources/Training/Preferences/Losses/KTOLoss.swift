import Autodiff

/// Kahneman–Tversky optimization (2402.01306, equation 8): `λ_y - v(x, y)`, with the value `v = λ_D σ(β(r - z))` of a
/// desirable answer and `v = λ_U σ(β(z - r))` of an undesirable one; r is `log π(y|x)/π_ref(y|x)`, and z, how far the policy
/// is from the reference, has no gradient.
public struct KTOLoss: Sendable {
  /// β.
  public let beta: Double
  /// λ_D and λ_U.
  public let desirableWeight: Double, undesirableWeight: Double

  /// Makes a loss.
  public init(beta: Double, desirableWeight: Double = 1, undesirableWeight: Double = 1) {
    self.beta = beta
    self.desirableWeight = desirableWeight
    self.undesirableWeight = undesirableWeight
  }

  /// `λ_D (1 - σ(β(r - z)))` for the log-ratios `[n]` of desirable answers.
  public func desirable(_ ratios: Variable, z: Double) -> Variable {
    Float(desirableWeight) * sigmoid(Float(-beta) * (ratios + -z))
  }

  /// `λ_U (1 - σ(β(z - r)))` for the log-ratios `[n]` of undesirable answers.
  public func undesirable(_ ratios: Variable, z: Double) -> Variable {
    Float(undesirableWeight) * sigmoid(Float(beta) * (ratios + -z))
  }

  /// `z = max(0, mean r(x, y'))` over answers y' that belong to other prompts (§4.1); 0 where there are none. NaN stays NaN.
  public static func distance(_ ratios: [Double]) -> Double {
    let mean = ratios.reduce(0, +) / Double(max(1, ratios.count))
    return mean < 0 ? 0 : mean
  }
}
