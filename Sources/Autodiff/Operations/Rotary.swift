import Tensors

/// Rotary position embedding (2104.09864): in every head of width D, the pair (x[i], x[i + D/2]) of token t is rotated by
/// the angle of (t, i). `x` is `[T, heads·D]`.
///
/// A rotation is orthogonal: `∂x` is `∂y` rotated back. Keeps nothing but the angles.
public func rotary(_ x: Variable, _ angles: RotaryAngles, headWidth: Int) -> Variable {
  precondition(
    x.shape[0] == angles.shape[0] && angles.shape[1] * 2 == headWidth && x.shape[1] % headWidth == 0,
    "angles of \(angles.shape) for \(x.shape) in heads of \(headWidth)")
  let y = rotary(x.value, angles, headWidth: headWidth, .forward)
  return .result(.rotary, y, of: [x]) { [x = x.node] dy in
    x?.accumulate(rotary(dy, angles, headWidth: headWidth, .backward))
  }
}
