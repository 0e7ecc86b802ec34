import CKernels

/// The output head and cross-entropy in one: `loss[i] = log Σ_v e^z[v] - z[target]` with `z = Σ_p W_p x_p[i]`, a sum that
/// has one part where nothing changes the head.
///
/// The logits exist for a few hundred rows at a time only. For an upstream gradient u of each row
/// `∂x_p = u (softmax(z) - onehot) W_p` and `∂W_p = Σ u (softmax(z) - onehot) x_pᵀ`;
/// ``run(inputGradients:weightGradients:scales:)`` computes them while the logits are there.
package struct HeadCrossEntropy {
  /// A part of the logits, `x Wᵀ`.
  package struct Part {
    /// x, `[n, C]`.
    let states: Tensor
    /// W, `[V, C]`.
    let weight: Tensor

    /// The product of some states, which all parts have in the same element type, and a weight.
    package init(states: Tensor, weight: Tensor) {
      (self.states, self.weight) = (states, weight)
    }
  }

  private let parts: [Part]
  /// The token that each row should predict.
  private let targets: [Int32]

  /// The loss of the logits that at least one part adds up to.
  package init(_ parts: [Part], targets: [Int32]) {
    (self.parts, self.targets) = (parts, targets)
  }

  private var vocabulary: Int { parts[0].weight.shape[0] }

  /// At most 64 MiB of logits at a time, in whole tiles of rows.
  private var chunkRows: Int { max(64, (16 << 20) / vocabulary / 16 * 16) }

  /// Computes the losses `[n]`, and whether each target is the most likely token, the first among equals.
  ///
  /// - Parameters:
  ///   - inputGradients: where each part's ∂x is written for u = 1, `[n, C]`; nil where it is not needed.
  ///   - weightGradients: where each part's ∂W is written, `[V, C]`; nil where it is not needed.
  ///   - scales: the rows' upstream gradients u for ∂W; nil where they are 1.
  package func run(
    inputGradients: [Tensor?], weightGradients: [Tensor?], scales: [Float]?
  ) -> (losses: Tensor, hits: [Bool]) {
    let count = targets.count
    let losses = Tensor(uninitialized: [count])
    var hits = [UInt8](repeating: 0, count: count)
    let logits = Logits(
      rows: min(chunkRows, count), vocabulary: vocabulary, type: parts[0].states.elementType)
    let needsGradient = (inputGradients + weightGradients).contains { $0 != nil }
    if count == 0 { for gradient in weightGradients { gradient.map(fillWithZeros) } }
    for start in stride(from: 0, to: count, by: chunkRows) {
      let chunk = start..<min(start + chunkRows, count)
      let products = parts.map { part in
        Factors(MatrixOperand(part.states).rows(chunk), MatrixOperand(part.weight, transposed: true))
      }
      multiply(products, into: logits.product(rows: chunk.count))
      logits.replaceByGradients(needsGradient, chunk, targets, losses: losses, hits: &hits)
      guard needsGradient else { continue }
      for (part, gradient) in zip(parts, inputGradients) {
        guard let gradient else { continue }
        multiply(
          logits.gradients(rows: chunk.count), MatrixOperand(part.weight), into: MatrixOperand(gradient).rows(chunk))
      }
      guard weightGradients.contains(where: { $0 != nil }) else { continue }
      if let scales { logits.scaleGradients(by: Array(scales[chunk])) }
      for (part, gradient) in zip(parts, weightGradients) {
        guard let gradient else { continue }
        multiply(
          logits.gradients(rows: chunk.count).transposed, MatrixOperand(part.states).rows(chunk),
          into: MatrixOperand(gradient), adding: start > 0)
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
