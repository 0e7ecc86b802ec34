import CKernels
import Foundation
import Tensors

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
    Threads.forRange(positions.count, grain: 64) { range in
      for t in range {
        for (i, frequency) in frequencies.enumerated() {
          let angle = Double(positions[t]) * frequency
          c[t * frequencies.count + i] = Float(Foundation.cos(angle) * scale)
          s[t * frequencies.count + i] = Float(Foundation.sin(angle) * scale)
        }
      }
    }
  }
}

/// Rotary position embedding (2104.09864): in every head of width D, the pair (x[i], x[i + D/2]) of token t is turned by
/// the angle of (t, i). `x` is `[T, heads·D]`.
///
/// Turning is orthogonal: `∂x` is `∂y` turned back. Keeps nothing but the angles.
public func rotary(_ x: Variable, _ angles: RotaryAngles, headWidth: Int) -> Variable {
  precondition(
    x.shape[0] == angles.cosines.shape[0] && angles.cosines.shape[1] * 2 == headWidth && x.shape[1] % headWidth == 0,
    "angles of \(angles.cosines.shape) for \(x.shape) in heads of \(headWidth)")
  return .result(.rotary, turned(x.value, angles, headWidth, 1), of: [x]) { [x = x.node] dy in
    x?.accumulate(turned(dy, angles, headWidth, -1))
  }
}

private func turned(_ x: Tensor, _ angles: RotaryAngles, _ headWidth: Int, _ direction: Float) -> Tensor {
  let y = Tensor(uninitialized: x.shape, x.elementType)
  let (width, half) = (x.shape[1], headWidth / 2)
  Threads.forRange(x.shape[0], grain: max(1, (1 << 13) / width)) { range in
    let (r, start) = (range.lowerBound, range.lowerBound * width)
    let (c, s) = (angles.cosines.pointer + r * half, angles.sines.pointer + r * half)
    switch x.elementType {
    case .float32:
      attune_rotary_f32(
        x.pointer + start, y.pointer + start, c, s, direction, range.count, width / headWidth, headWidth)
    case .bfloat16:
      attune_rotary_bf16(
        x.halfPointer + start, y.halfPointer + start, c, s, direction, range.count, width / headWidth, headWidth)
    }
  }
  return y
}
