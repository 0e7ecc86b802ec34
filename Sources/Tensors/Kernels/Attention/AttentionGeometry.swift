/// The sizes of an attention.
package struct AttentionGeometry {
  let heads: Int
  let keyHeads: Int
  let headWidth: Int
  let scale: Float
  /// How many keys a query sees at most: its own and those before it; nil: all of them.
  let window: Int?
  /// Query rows, in all heads of a group together, and keys of a block of scores.
  static let (blockRows, blockKeys) = (64, 128)

  /// The sizes for queries, keys and values of some shapes.
  package init(_ q: Shape, _ k: Shape, _ v: Shape, _ headWidth: Int, window: Int? = nil) {
    precondition(
      q.rank == 2 && k.rank == 2 && k == v && q[1] % headWidth == 0 && k[1] % headWidth == 0
        && q[1] % k[1] == 0, "queries \(q), keys \(k) and values \(v) in heads of \(headWidth)")
    precondition(window ?? 1 > 0, "a window of \(window ?? 0) keys")
    self.headWidth = headWidth
    self.window = window
    heads = q[1] / headWidth
    keyHeads = k[1] / headWidth
    scale = 1 / Float(headWidth).squareRoot()
  }

  /// Query heads that share a key head.
  var groupSize: Int { heads / keyHeads }

  /// The scale of scores that are exponents of 2.
  var binaryScale: Float { scale * 1.442_695_04 }

  /// Some rows of one key head of keys or values, in place.
  func head(_ keyHead: Int, of tensor: Tensor, _ rows: Range<Int>) -> MatrixOperand {
    MatrixOperand(
      tensor, from: (rows.lowerBound * keyHeads + keyHead) * headWidth, rows: rows.count, columns: headWidth,
      stride: tensor.shape[1])
  }
}
