import CKernels

/// The output head and cross-entropy in one: `loss[i] = log Σ_v e^z[v] - z[target]` with `z = W x[i]`.
///
/// The logits exist for a few hundred rows at a time only. For an upstream gradient u of each row
/// `∂x = u (softmax(z) - onehot) W` and `∂W = Σ u (softmax(z) - onehot) xᵀ`; ``run(inputGradient:headGradient:scales:)``
/// computes them while the logits are there.
package struct HeadCrossEntropy {
  /// x, `[n, C]`.
  private let states: Tensor
  /// W, `[V, C]`.
  private let weight: Tensor
  /// The token that each row should predict.
  private let targets: [Int32]

  /// The loss of some states.
  package init(states: Tensor, weight: Tensor, targets: [Int32]) {
    (self.states, self.weight, self.targets) = (states, weight, targets)
  }

  /// At most 64 MiB of logits at a time, in whole tiles of rows.
  private var chunkRows: Int { max(64, (16 << 20) / weight.shape[0] / 16 * 16) }

  /// Computes the losses `[n]`, and whether each target is the most likely token, the first among equals.
  ///
  /// - Parameters:
  ///   - inputGradient: where ∂x is written for u = 1, `[n, C]`; nil where it is not needed.
  ///   - headGradient: where ∂W is written, `[V, C]`; nil where it is not needed.
  ///   - scales: the rows' upstream gradients u for ∂W; nil where they are 1.
  package func run(
    inputGradient: Tensor?, headGradient: Tensor?, scales: [Float]?
  ) -> (losses: Tensor, hits: [Bool]) {
    let count = states.shape[0]
    let losses = Tensor(uninitialized: [count])
    var hits = [UInt8](repeating: 0, count: count)
    let logits = Logits(rows: min(chunkRows, count), vocabulary: weight.shape[0], type: states.elementType)
    let needsGradient = inputGradient != nil || headGradient != nil
    if count == 0, let headGradient { fillWithZeros(headGradient) }
    for start in stride(from: 0, to: count, by: chunkRows) {
      let chunk = start..<min(start + chunkRows, count)
      let rows = MatrixOperand(states).rows(chunk)
      multiply(rows, MatrixOperand(weight, transposed: true), into: logits.product(rows: chunk.count))
      logits.replaceByGradients(needsGradient, chunk, targets, losses: losses, hits: &hits)
      guard needsGradient else { continue }
      if let inputGradient {
        multiply(
          logits.gradients(rows: chunk.count), MatrixOperand(weight), into: MatrixOperand(inputGradient).rows(chunk))
      }
      if let headGradient {
        if let scales { logits.scaleGradients(by: Array(scales[chunk])) }
        multiply(
          logits.gradients(rows: chunk.count).transposed, rows, into: MatrixOperand(headGradient), adding: start > 0)
      }
    }
    return (losses, hits.map { $0 != 0 })
  }
}

/// The logits of a chunk of rows in float32, and then their gradients in the same memory.
private struct Logits {
  private let values: Tensor
  private let vocabulary: Int
  /// The type of the gradients. Those in bfloat16 are at the start of each row's memory.
  private let type: ElementType

  init(rows: Int, vocabulary: Int, type: ElementType) {
    values = Tensor(uninitialized: [rows, vocabulary])
    (self.vocabulary, self.type) = (vocabulary, type)
  }

  /// The logits of the first rows, as the result of a product.
  func product(rows: Int) -> MatrixOperand { MatrixOperand(values).rows(0..<rows) }

  /// The gradients of the first rows, as a factor.
  func gradients(rows: Int) -> MatrixOperand {
    MatrixOperand(
      values, from: 0, rows: rows, columns: vocabulary, stride: type == .bfloat16 ? 2 * vocabulary : vocabulary,
      as: type)
  }

  /// Writes the losses and hits of a chunk of rows, and replaces the logits by `softmax(z) - onehot` where that is needed.
  func replaceByGradients(
    _ isNeeded: Bool, _ chunk: Range<Int>, _ targets: [Int32], losses: Tensor, hits: inout [UInt8]
  ) {
    let mode: Int32 = isNeeded ? type.choose(float32: 1, bfloat16: 2) : 0
    hits.withUnsafeMutableBufferPointer { hits in
      let hits = hits
      targets.withUnsafeBufferPointer { targets in
        Threads.forRange(chunk.count, width: vocabulary) { range in
          let row = chunk.lowerBound + range.lowerBound
          attune_cross_entropy(
            values.pointer + range.lowerBound * vocabulary, targets.baseAddress.map { $0 + row }, losses.pointer + row,
            hits.baseAddress.map { $0 + row }, range.count, vocabulary, mode)
        }
      }
    }
  }

  /// Multiplies each row of the gradients by its factor.
  func scaleGradients(by factors: [Float]) {
    let gradients = gradients(rows: factors.count)
    Threads.forRange(factors.count, width: vocabulary) { range in
      for row in range {
        let start = row * gradients.stride
        type.choose(
          float32: attune_scale_f32(
            gradients.elements(from: start), factors[row], gradients.elements(from: start), vocabulary),
          bfloat16: attune_scale_bf16(
            gradients.elements(from: start), factors[row], gradients.elements(from: start), vocabulary))
      }
    }
  }
}
