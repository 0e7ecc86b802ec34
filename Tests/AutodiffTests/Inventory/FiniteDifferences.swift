import Tensors

/// Derivatives of a Float64 function of several arrays, by central differences.
///
/// The step 1e-5 in Float64 makes them accurate to about 1e-9: any larger difference is the error of the gradient that
/// is compared with them.
struct FiniteDifferences {
  let inputs: [[Double]]
  let upstream: [Double]
  let function: ([[Double]]) -> [Double]

  private static let step = 1e-5
  private static let noise = 1e-9

  /// The derivative of `Σ upstream · function` when one input moves along a direction.
  func derivative(_ input: Int, along direction: [Double]) -> Double {
    (projection(input, direction, Self.step) - projection(input, direction, -Self.step)) / (2 * Self.step)
  }

  private func projection(_ input: Int, _ direction: [Double], _ step: Double) -> Double {
    var moved = inputs
    for (index, value) in direction.enumerated() where value != 0 { moved[input][index] += step * value }
    return zip(function(moved), upstream).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// The largest error of a gradient: in single elements relative to their size plus the typical size; along directions
  /// in which every element moves, relative to the norm. Where a derivative is zero because its terms cancel, a rounding of
  /// them is no error.
  ///
  /// - Parameter terms: the typical size of what cancels: of the largest of all inputs' gradients.
  func error(
    of gradient: [Double], input: Int, samples: Int, terms: Double, random: inout RandomStream
  ) -> Double {
    let rounding = 2 * terms * Double(Float.ulpOfOne)
    let typical = rootMeanSquare(gradient)
    let norm = typical * Double(gradient.count).squareRoot()
    var largest = 0.0
    for _ in 0..<2 {
      let direction = gradient.map { _ in Bool.random(using: &random) ? 1.0 : -1.0 }
      let expected = derivative(input, along: direction)
      let found = zip(gradient, direction).reduce(0) { $0 + $1.0 * $1.1 }
      let isZero = abs(expected) < Self.noise && abs(found) <= rounding * Double(gradient.count)
      largest = isZero ? largest : max(largest, Self.ratio(abs(found - expected), norm))
    }
    for index in Set((0..<samples).map { _ in Int.random(in: gradient.indices, using: &random) }) {
      var direction = gradient.map { _ in 0.0 }
      direction[index] = 1
      let expected = derivative(input, along: direction)
      let isZero = abs(expected) < Self.noise && abs(gradient[index]) <= rounding
      largest = isZero ? largest : max(largest, Self.ratio(abs(gradient[index] - expected), abs(expected) + typical))
    }
    return largest
  }

  private static func ratio(_ error: Double, _ size: Double) -> Double {
    let ratio = error < noise ? 0 : error / size
    return ratio.isNaN ? .infinity : ratio
  }
}
