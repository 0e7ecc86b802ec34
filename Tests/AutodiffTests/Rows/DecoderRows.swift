import Autodiff
import Foundation
import Tensors

/// Tokens out of order, some missing, some many times.
var embeddingRows: [InventoryRow] {
  [(7, 5, 11), (50, 24, 3), (40, 130, 200)].flatMap { vocabulary, width, count in
    let ids = (0..<count).map { Int32(($0 * $0 * 7 + 3) % vocabulary) }
    let row = InventoryRow("[\(vocabulary), \(width)], \(count) tokens", [normal([vocabulary, width])], value: 0) {
      embedding($0[0], ids)
    } reference: { x in
      ids.flatMap { x[0][Int($0) * width..<(Int($0) + 1) * width] }
    }
    // The result is float32 whatever the table is.
    return [row, row.inBFloat16([0], value: 0)]
  }
}

/// Rows of the weight's width: whole states, and the heads of queries and keys one by one.
var rmsNormRows: [InventoryRow] {
  ([([1, 3], 3), ([3, 5], 5), ([20, 16], 16), ([300, 70], 70), ([6, 64], 16)] as [(Shape, Int)]).flatMap {
    shape, width in
    let inputs = [normal(shape), normal([width], "weight")]
    let reference = { (x: [[Double]]) in
      stride(from: 0, to: shape.count, by: width).flatMap { start in
        let row = x[0][start..<start + width]
        let root = (row.reduce(0) { $0 + $1 * $1 } / Double(width) + 1e-5).squareRoot()
        return zip(row, x[1]).map { $0 / root * $1 }
      }
    }
    let row = InventoryRow(
      "\(shape) by \(width)", inputs, forward: { rmsNorm($0[0], $0[1], epsilon: 1e-5) }, reference: reference)
    // What the derivative reads is the rounded result.
    let narrowing = InventoryRow(
      "\(shape) by \(width) to bfloat16", inputs, value: 4e-3, gradient: 4e-3,
      forward: { rmsNorm($0[0], $0[1], epsilon: 1e-5, as: .bfloat16) }, reference: reference)
    // A zero in the weight hides its column in the result: the input is read instead, which loses nothing.
    let zeroed = Tensor([0] + inputs[1].array.dropFirst(), [width])
    let hidden = InventoryRow(
      "\(shape) by \(width), a zero weight", [inputs[0], zeroed], value: 4e-3,
      forward: { rmsNorm($0[0], $0[1], epsilon: 1e-5, as: .bfloat16) }, reference: reference)
    return [row, narrowing, hidden, row.inBFloat16([0])]
  }
}

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

/// Rows that are left out, taken in disorder and taken twice.
var crossEntropyRows: [InventoryRow] {
  [(3, 1, 2, [0]), (6, 5, 7, [5, 1, 1, 2]), (40, 33, 70, Array(stride(from: 39, to: 0, by: -3)))].flatMap {
    (tokens: Int, width: Int, vocabulary: Int, rows: [Int]) in
    let targets = rows.indices.map { Int32(($0 * 5 + 1) % vocabulary) }
    let row = InventoryRow(
      "\(rows.count) of \(tokens) rows, [\(vocabulary), \(width)]",
      [normal([tokens, width]), normal([vocabulary, width], "head")], samples: 6
    ) {
      crossEntropy($0[0], head: $0[1], rows: rows, targets: targets).losses
    } reference: { x in
      let logits = linearReference(x[0], x[1], rows: tokens, inputs: width, outputs: vocabulary)
      return zip(rows, targets).map { row, target in
        let z = logits[row * vocabulary..<(row + 1) * vocabulary]
        let largest = z.max() ?? 0
        return largest + log(z.reduce(0) { $0 + exp($1 - largest) }) - z[row * vocabulary + Int(target)]
      }
    }
    // The losses stay float32; the slopes of the logits are rounded, and so is each input's gradient.
    return [row, row.inBFloat16([0, 1], value: 1e-6, gradient: 1e-2)]
  }
}

/// A layer with a parameter inside, computed again in the backward pass.
var checkpointRows: [InventoryRow] {
  let row = InventoryRow("silu(x wᵀ) + x", [normal([20, 16]), normal([16, 16], "w")]) { inputs in
    checkpoint(inputs[0]) { silu(linear($0, inputs[1])) + $0 }
  } reference: { x in
    let product = linearReference(x[0], x[1], rows: 20, inputs: 16, outputs: 16)
    return zip(x[0], product).map { $0 + $1 / (1 + exp(-$1)) }
  }
  return [row, row.inBFloat16([0, 1], value: 8e-3, gradient: 2e-2)]
}
