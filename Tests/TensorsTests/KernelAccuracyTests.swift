import CKernels
import Foundation
import Testing

/// The vector functions against Float64, at many points and at the ends of the range.
@Suite("Accuracy of the vector functions")
struct KernelAccuracyTests {
  private typealias Kernel = (UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Int) -> Void

  private func apply(_ kernel: Kernel, _ inputs: [Float]) -> [Float] {
    var outputs = [Float](repeating: 0, count: inputs.count)
    kernel(inputs, &outputs, inputs.count)
    return outputs
  }

  /// The largest relative error over numbers of every size, both signs, and a fine grid.
  private func relativeError(_ kernel: Kernel, from low: Double, to high: Double, _ exact: (Double) -> Double) -> Double
  {
    let grid = (0...200_000).map { Float(low + (high - low) * Double($0) / 200_000) }
    let sizes = (0...4000).flatMap { step -> [Float] in
      let size = Float(pow(10, -30 + 32 * Double(step) / 4000))
      return [size, -size].filter { low...high ~= Double($0) }
    }
    return zip(grid + sizes, apply(kernel, grid + sizes)).reduce(0) { largest, pair in
      let expected = exact(Double(pair.0))
      let error = abs(Double(pair.1) - expected)
      return error == 0 ? largest : max(largest, error / abs(expected))
    }
  }

  @Test("e^x: two units in the last place from 0 to overflow")
  func exponential() {
    #expect(relativeError(attune_exp_f32, from: -86.9, to: 88.7, Foundation.exp) < 2e-7)
  }

  @Test("σ(x), with 0 below what e^x can reach")
  func logistic() {
    #expect(relativeError(attune_sigmoid_f32, from: -86, to: 100) { 1 / (1 + Foundation.exp(-$0)) } < 3e-7)
  }

  @Test("tanh x, also near 0, where 2σ(2x) - 1 would lose its digits")
  func hyperbolicTangent() {
    #expect(relativeError(attune_tanh_f32, from: -30, to: 30, Foundation.tanh) < 2e-6)
  }

  @Test("Their derivatives keep their digits where the functions are flat")
  func derivatives() {
    let ones = [Float](repeating: 1, count: 1 << 18)
    #expect(
      relativeError({ attune_sigmoid_backward_f32($0, ones, $1, $2) }, from: -40, to: 40) {
        1 / (2 + Foundation.exp($0) + Foundation.exp(-$0))
      } < 4e-7)
    #expect(
      relativeError({ attune_tanh_backward_f32($0, ones, $1, $2) }, from: -20, to: 20) {
        1 / (Foundation.cosh($0) * Foundation.cosh($0))
      } < 4e-7)
  }

  @Test("The ends of the range, infinities and NaN")
  func extremes() {
    let inputs: [Float] = [-.infinity, -1000, -89, 0, 88.8, 1000, .infinity, .nan]
    func expect(_ kernel: Kernel, _ expected: [Float]) {
      // Alone, and within a whole vector.
      for inputs in [inputs, inputs + inputs] {
        for (index, output) in apply(kernel, inputs).enumerated() {
          let expectedOutput = expected[index % expected.count]
          #expect(output == expectedOutput || output.isNaN && expectedOutput.isNaN, "of \(inputs[index])")
        }
      }
    }
    expect(attune_exp_f32, [0, 0, 0, 1, .infinity, .infinity, .infinity, .nan])
    expect(attune_sigmoid_f32, [0, 0, 0, 0.5, 1, 1, 1, .nan])
    expect(attune_tanh_f32, [-1, -1, -1, 0, 1, 1, 1, .nan])
    expect(attune_relu_f32, [0, 0, 0, 0, 88.8, 1000, .infinity, .nan])
    #expect(apply(attune_silu_f32, [-1000, 1000]) == [-0.0, 1000])
    #expect(apply(attune_gelu_f32, [-1000, 1000]) == [-0.0, 1000])
  }

  @Test("Vectors and the rest after them give the same bits", arguments: 1...33)
  func rests(count: Int) {
    let inputs = (0..<count).map { Float($0) * 0.37 - 5 }
    for kernel in [attune_exp_f32, attune_sigmoid_f32, attune_tanh_f32, attune_silu_f32, attune_gelu_f32] as [Kernel] {
      #expect(apply(kernel, inputs) == inputs.map { apply(kernel, [$0])[0] })
    }
  }

  @Test("Sums over many numbers are off by float32's rounding of the pieces, not of the whole")
  func sums() {
    let numbers = (0..<1_000_003).map { 1 + Float($0 % 7) * 0.1 }
    let exact = numbers.reduce(0.0) { $0 + Double($1) }
    #expect(abs(attune_sum(numbers, numbers.count) - exact) < 1e-6 * exact)
    let squares = numbers.reduce(0.0) { $0 + Double($1) * Double($1) }
    #expect(abs(attune_sum_of_squares(numbers, numbers.count) - squares) < 1e-6 * squares)
  }
}
