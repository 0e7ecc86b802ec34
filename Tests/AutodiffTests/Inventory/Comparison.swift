import Tensors

/// The largest difference of two lists of numbers, each relative to its expected size plus their typical size.
func relativeError(_ found: [Float], _ expected: [Double]) -> Double {
  guard found.count == expected.count else { return .infinity }
  let typical = rootMeanSquare(expected)
  return zip(found, expected).reduce(0) { largest, pair in
    let error = abs(Double(pair.0) - pair.1)
    if error == 0 { return largest }
    let relative = error / (abs(pair.1) + typical)
    return relative.isNaN ? .infinity : max(largest, relative)
  }
}

/// The typical size of some numbers.
func rootMeanSquare(_ values: [Double]) -> Double {
  (values.reduce(0) { $0 + $1 * $1 } / Double(max(1, values.count))).squareRoot()
}

extension Tensor {
  /// The elements in Float64.
  var doubles: [Double] { array.map(Double.init) }
}

/// A float32 tensor of normally distributed numbers, the same for the same label.
func normal(_ shape: Shape, _ label: String = "x", deviation: Double = 1) -> Tensor {
  var random = RandomStream(seed: UInt64(shape.count), purpose: label)
  return random.normalTensor(shape, deviation: deviation)
}

/// Normally distributed numbers, none closer to zero than `distance`.
func awayFromZero(_ shape: Shape, _ label: String = "x", distance: Float = 0.1) -> Tensor {
  Tensor(normal(shape, label).array.map { $0 < 0 ? $0 - distance : $0 + distance }, shape)
}
