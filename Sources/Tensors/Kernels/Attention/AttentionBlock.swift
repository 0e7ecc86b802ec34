import CKernels
import Foundation

/// Some query rows of one span, in all query heads that share one key head.
struct AttentionBlock {
  let geometry: AttentionGeometry
  let span: AttentionSpan
  let rows: Range<Int>
  let keyHead: Int

  init(_ geometry: AttentionGeometry, _ span: AttentionSpan, _ rows: Range<Int>, keyHead: Int) {
    self.geometry = geometry
    self.span = span
    self.rows = rows
    self.keyHead = keyHead
  }

  /// Query rows of all heads of the group, head by head: `[G·rows, D]`.
  var count: Int { geometry.groupSize * rows.count }

  /// Writes this block's rows of the result and their log-sums.
  func forward(_ q: Tensor, _ k: Tensor, _ v: Tensor, output: Tensor, logSums: Tensor) {
    let (width, columns) = (geometry.headWidth, AttentionGeometry.keyColumns)
    let queries = gather(q, as: q.elementType)
    let scores = AttentionScores(rows: count, q.elementType)
    let sums = Tensor.zeros([count])
    let maxima = Tensor(repeating: -.infinity, [count])
    let result = Tensor.zeros([count, width])
    for block in keyBlocks {
      let keys = block.keys
      multiplyOnThread(
        MatrixOperand(queries), head(k, keys).transposed, into: scores.target(columns: keys.count))
      for member in 0..<geometry.groupSize {
        let row = member * rows.count
        attune_attention_block(
          scores.pointer + row * columns, columns, rows.count, keys.count, block.hidden, block.visible, geometry.scale,
          maxima.pointer + row, sums.pointer + row, result.pointer + row * width, width)
      }
      multiplyOnThread(
        scores.operand(columns: keys.count), head(v, keys), into: MatrixOperand(result), adding: true)
    }
    for row in 0..<count {
      attune_scale_f32(result.pointer + row * width, 1 / sums.pointer[row], result.pointer + row * width, width)
      logSums.pointer[head(of: row)] = maxima.pointer[row] + logf(sums.pointer[row])
    }
    scatter(result, to: output)
  }

  /// Some rows of one key head, in place.
  func head(_ tensor: Tensor, _ keys: Range<Int>) -> MatrixOperand {
    MatrixOperand(
      tensor, from: keys.lowerBound * tensor.shape[1] + keyHead * geometry.headWidth, rows: keys.count,
      columns: geometry.headWidth, stride: tensor.shape[1])
  }

  /// Copies this block's rows of `[T, H·D]` together, head by head: `[G·rows, D]`.
  func gather(_ tensor: Tensor, as type: ElementType) -> Tensor {
    let width = geometry.headWidth
    let block = Tensor(uninitialized: [count, width], type)
    for row in 0..<count {
      let from = element(of: row)
      copyElements(of: tensor, from: from, to: block, at: row * width, count: width)
    }
    return block
  }

  /// The reverse of ``gather(_:as:)``: writes, or adds where `adding` is set.
  func scatter(_ block: Tensor, to tensor: Tensor, adding: Bool = false) {
    let width = geometry.headWidth
    for row in 0..<count {
      let to = element(of: row)
      if adding {
        addElements(of: block, from: row * width, to: tensor, at: to, count: width)
      } else {
        copyElements(of: block, from: row * width, to: tensor, at: to, count: width)
      }
    }
  }

  /// Where a row of the block begins in `[T, H·D]`.
  private func element(of row: Int) -> Int { head(of: row) * geometry.headWidth }

  /// Which of all `T · H` heads of tokens a row of the block is.
  func head(of row: Int) -> Int {
    let (member, query) = row.quotientAndRemainder(dividingBy: rows.count)
    return (rows.lowerBound + query) * geometry.heads + keyHead * geometry.groupSize + member
  }
}
