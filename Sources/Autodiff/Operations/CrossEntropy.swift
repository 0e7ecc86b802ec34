import CKernels
import Tensors

/// What ``crossEntropy(_:head:rows:targets:)`` tells of every row.
public struct TokenLosses {
  /// `-log p(target)` in nats, `[n]`.
  public let losses: Variable
  /// Whether the target was the most likely token.
  public let hits: [Bool]
}

/// The output head and cross-entropy in one: `loss[i] = log Σ_v e^z[v] - z[target]` with `z = W x[rows[i]]`.
///
/// - Parameters:
///   - hidden: the decoder's last states, `[T, C]`.
///   - head: the output head (or the tied embedding) W, `[V, C]`.
///   - rows: which rows of `hidden` predict a trained token; the others cost nothing.
///   - targets: the token that each of those rows should predict.
///
/// The logits exist for a few hundred rows at a time only. `∂x = u (softmax(z) - onehot) W` and
/// `∂W = Σ u (softmax(z) - onehot) xᵀ` for an upstream gradient u of each row. Both are taken in the forward pass, for
/// u = 1, while the logits are there; ∂x is then scaled row by row. ∂W can be scaled only where u is the same for all
/// rows, as it is for a sum; otherwise the logits are computed once more.
public func crossEntropy(_ hidden: Variable, head: Variable, rows: [Int], targets: [Int32]) -> TokenLosses {
  let (vocabulary, width) = (head.shape[0], head.shape[1])
  precondition(hidden.shape.rank == 2 && hidden.shape[1] == width, "a head of \(head.shape) for \(hidden.shape)")
  precondition(rows.count == targets.count && targets.allSatisfy { 0..<Int32(vocabulary) ~= $0 }, "targets")
  let states = withoutGradients { hidden.selectingRows(rows) }.value
  let product = HeadProduct(states: states, weight: head.value(forProductsIn: hidden.elementType), targets: targets)
  let inputGradient =
    Recording.isOn && hidden.requiresGradient ? Tensor(uninitialized: states.shape, states.elementType) : nil
  let headGradient = Recording.isOn && head.requiresGradient ? Tensor(uninitialized: head.shape) : nil
  let (losses, hits) = product.run(inputGradient: inputGradient, headGradient: headGradient, scales: nil)
  let kept = head.requiresGradient ? product : nil
  let result = Variable.result(.crossEntropy, losses, of: [hidden, head]) { [x = hidden.node, w = head.node] dy in
    let upstream = dy.array
    if let inputGradient {
      x?.contribute(as: inputGradient.elementType) { dx, adding in
        if !adding { fillWithZeros(dx) }
        addRows(of: inputGradient, scaledBy: upstream, to: dx, rows: rows)
      }
    }
    guard let w, let headGradient, let kept else { return }
    if let first = upstream.first, upstream.allSatisfy({ $0 == first }) {
      w.accumulate(first == 1 ? headGradient : scaled(headGradient, by: first))
    } else {
      _ = kept.run(inputGradient: nil, headGradient: headGradient, scales: upstream)
      w.accumulate(headGradient)
    }
  }
  return TokenLosses(losses: result, hits: hits)
}

/// `total[rows[i]] += scales[i] · gradient[i]`.
private func addRows(of gradient: Tensor, scaledBy scales: [Float], to total: Tensor, rows: [Int]) {
  let width = total.shape[1]
  Threads.forRange(width, grain: 32) { range in
    for (i, row) in rows.enumerated() {
      let (from, to) = (i * width + range.lowerBound, row * width + range.lowerBound)
      switch total.elementType {
      case .float32: attune_add_scaled_f32(gradient.pointer + from, scales[i], total.pointer + to, range.count)
      case .bfloat16:
        attune_add_scaled_bf16(gradient.halfPointer + from, scales[i], total.halfPointer + to, range.count)
      }
    }
  }
}

/// The logits of some rows, a chunk of rows at a time.
private struct HeadProduct {
  /// `[n, C]`.
  let states: Tensor
  /// `[V, C]`.
  let weight: Tensor
  let targets: [Int32]

  /// At most 64 MiB of logits at a time, in whole tiles of rows.
  private var chunkRows: Int { max(64, (16 << 20) / weight.shape[0] / 16 * 16) }

  /// Losses and hits; writes the gradients that are wanted. `scales` are the rows' upstream gradients; nil is 1.
  func run(inputGradient: Tensor?, headGradient: Tensor?, scales: [Float]?) -> (losses: Tensor, hits: [Bool]) {
    let (count, vocabulary, width) = (states.shape[0], weight.shape[0], weight.shape[1])
    let losses = Tensor(uninitialized: [count])
    let hits = UnsafeMutablePointer<UInt8>.allocate(capacity: max(1, count))
    defer { hits.deallocate() }
    let logits = Tensor(uninitialized: [min(chunkRows, count), vocabulary])
    let wantsGradient = inputGradient != nil || headGradient != nil
    if count == 0, let headGradient { fillWithZeros(headGradient) }
    // bfloat16 gradients stand at the start of each row's memory.
    let half = states.elementType == .bfloat16
    for start in stride(from: 0, to: count, by: chunkRows) {
      let chunk = start..<min(start + chunkRows, count)
      let rows = states.rows(chunk)
      multiply(
        MatrixOperand(rows), MatrixOperand(weight, transposed: true), into: MatrixOperand(logits), m: chunk.count,
        n: vocabulary, k: width)
      targets.withUnsafeBufferPointer { targets in
        Threads.forRange(chunk.count) { range in
          let row = start + range.lowerBound
          attune_cross_entropy(
            logits.pointer + range.lowerBound * vocabulary, targets.baseAddress.map { $0 + row }, losses.pointer + row,
            hits + row, range.count, vocabulary, wantsGradient ? (half ? 2 : 1) : 0)
        }
      }
      guard wantsGradient else { continue }
      func slopes(transposed: Bool) -> MatrixOperand {
        MatrixOperand(
          logits, from: 0, stride: half ? 2 * vocabulary : vocabulary, as: half ? .bfloat16 : .float32,
          transposed: transposed)
      }
      if let inputGradient {
        multiply(
          slopes(transposed: false), MatrixOperand(weight), into: MatrixOperand(inputGradient.rows(chunk)),
          m: chunk.count, n: width, k: vocabulary)
      }
      if let headGradient {
        if let scales { scaleRows(logits, Array(scales[chunk]), half) }
        multiply(
          slopes(transposed: true), MatrixOperand(rows), into: MatrixOperand(headGradient), m: vocabulary, n: width,
          k: chunk.count, adding: start > 0)
      }
    }
    return (losses, (0..<count).map { hits[$0] != 0 })
  }

  private func scaleRows(_ logits: Tensor, _ scales: [Float], _ half: Bool) {
    let vocabulary = weight.shape[0]
    Threads.forRange(scales.count) { range in
      for row in range {
        let start = logits.pointer + row * vocabulary
        if half {
          let bits = UnsafeMutableRawPointer(start).assumingMemoryBound(to: UInt16.self)
          attune_scale_bf16(bits, scales[row], bits, vocabulary)
        } else {
          attune_scale_f32(start, scales[row], start, vocabulary)
        }
      }
    }
  }
}
