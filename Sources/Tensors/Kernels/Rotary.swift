import CKernels
import Foundation

/// The angles of a rotary embedding for some positions.
public struct RotaryAngles {
  /// `cos(position · frequency)`, `[T, D/2]`.
  let cosines: Tensor
  /// `sin(position · frequency)`, `[T, D/2]`.
  let sines: Tensor

  /// The angles `positions[t] · frequencies[i]`, computed in Float64.
  public init(positions: [Int], frequencies: [Double], scale: Double = 1) {
    cosines = Tensor(uninitialized: [positions.count, frequencies.count])
    sines = Tensor(uninitialized: [positions.count, frequencies.count])
    let (c, s) = (cosines.pointer, sines.pointer)
    Threads.forRange(positions.count, grain: 16, width: frequencies.count) { range in
      for t in range {
        for (i, frequency) in frequencies.enumerated() {
          let angle = Double(positions[t]) * frequency
          c[t * frequencies.count + i] = Float(Foundation.cos(angle) * scale)
          s[t * frequencies.count + i] = Float(Foundation.sin(angle) * scale)
        }
      }
    }
  }

  /// `[T, D/2]`.
  package var shape: Shape { cosines.shape }
}

/// Which way a rotary embedding rotates.
package enum RotaryDirection: Float {
  /// By the angles.
  case forward = 1
  /// Back by the angles, the inverse.
  case backward = -1
}

/// Rotary position embedding (2104.09864): in every head of width D, the pair (x[i], x[i + D/2]) of token t is rotated by
/// the angle of (t, i). `x` is `[T, heads·D]`.
package func rotary(
  _ x: Tensor, _ angles: RotaryAngles, headWidth: Int, _ direction: RotaryDirection
) -> Tensor {
  typealias Kernel<Element> = (
    UnsafePointer<Element>?, UnsafeMutablePointer<Element>?, UnsafePointer<Float>?, UnsafePointer<Float>?, Float, Int,
    Int, Int
  ) -> Void
  let y = Tensor(uninitialized: x.shape, x.elementType)
  let (width, half) = (x.shape[1], headWidth / 2)
  func run<Element: StoredElement>(_ kernel: Kernel<Element>) {
    Threads.forRange(x.shape[0], grain: max(1, (1 << 13) / width), width: width) { range in
      let (row, start) = (range.lowerBound, range.lowerBound * width)
      kernel(
        x.elements(from: start), y.elements(from: start), angles.cosines.pointer + row * half,
        angles.sines.pointer + row * half, direction.rawValue, range.count, width / headWidth, headWidth)
    }
  }
  x.elementType.choose(float32: run(attune_rotary_f32), bfloat16: run(attune_rotary_bf16))
  return y
}
