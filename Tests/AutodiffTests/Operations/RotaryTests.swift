import Autodiff
import Foundation
import Tensors

/// Head widths whose half is and is not a whole vector; positions that jump, as packed sequences do.
var rotaryRows: [InventoryRow] {
  [(2, 1, 3), (16, 2, 5), (24, 3, 7), (64, 2, 40), (128, 1, 100)].flatMap { headWidth, heads, tokens in
    let positions = (0..<tokens).map { $0 < tokens / 2 ? $0 : 3 * $0 }
    let half = headWidth / 2
    let frequencies = (0..<half).map { pow(10_000, -Double($0) / Double(half)) }
    let angles = RotaryAngles(positions: positions, frequencies: frequencies)
    let row = InventoryRow("\(tokens) tokens, \(heads) heads of \(headWidth)", [normal([tokens, heads * headWidth])]) {
      rotary($0[0], angles, headWidth: headWidth)
    } reference: { x in
      var y = x[0]
      for token in 0..<tokens {
        for head in 0..<heads {
          for pair in 0..<half {
            let first = (token * heads + head) * headWidth + pair
            let angle = Double(positions[token]) * frequencies[pair]
            y[first] = x[0][first] * cos(angle) - x[0][first + half] * sin(angle)
            y[first + half] = x[0][first + half] * cos(angle) + x[0][first] * sin(angle)
          }
        }
      }
      return y
    }
    return [row, row.inBFloat16([0])]
  }
}
