/// The backward pass of attention: what its pieces read, and the float32 sums to which they add.
struct AttentionBackward {
  let geometry: AttentionGeometry
  let pass: AttentionForwardPass
  /// The upstream gradient, in the queries' element type.
  let upstream: Tensor
  /// Σ ∂o o of every head and row, `[H, T]`.
  let deltas: Tensor
  /// The gradients of queries, keys and values; nil where one is not computed.
  let sums: (q: Tensor?, k: Tensor?, v: Tensor?)
  let kernels: KernelSet.Kernels

  /// Some queries of one key head by one run of keys.
  func run(_ queries: AttentionPlan.Queries, keys: Range<Int>, keyHead: Int) {
    let (width, type) = (geometry.headWidth, pass.q.elementType)
    let rows = AttentionRows(geometry, queries.parts, keyHead: keyHead)
    let (q, dy) = (MatrixOperand(rows.gather(pass.q)), MatrixOperand(rows.gather(upstream)))
    let scores = (AttentionScores(type), AttentionScores(type))
    let queryGradient = Tensor.zeros([rows.count, width])
    let parts = stride(from: keys.lowerBound, to: keys.upperBound, by: AttentionGeometry.blockKeys).map {
      KeyPart(self, $0..<min($0 + AttentionGeometry.blockKeys, keys.upperBound), keyHead: keyHead)
    }
    var packedQueries = PackedFactor(kernels, upTo: AttentionGeometry.blockRows, by: width)
    var packedUpstream = PackedFactor(kernels, upTo: AttentionGeometry.blockRows, by: width)
    for block in rows.blocks {
      let range = rows.range(of: block)
      packedQueries.pack(q.rows(range))
      packedUpstream.pack(dy.rows(range))
      for part in parts {
        guard let sights = rows.sights(block, of: part.keys) else { continue }
        let count = part.keys.count
        part.transposedKeys.multiply(q.rows(range), into: scores.0.target(rows: range.count), columns: sights.seen)
        part.transposedValues.multiply(dy.rows(range), into: scores.1.target(rows: range.count), columns: sights.seen)
        for (run, sight) in sights.runs {
          let place = run.head * pass.logSums.shape[1] + run.rows.lowerBound
          scores.0.applyGradient(
            geometry, run, at: run.place - range.lowerBound, sight, keys: count, upstream: scores.1,
            logSums: pass.logSums.pointer + place, deltas: deltas.pointer + place)
        }
        let probabilities = scores.0.factor(rows: range.count, columns: count)
        let gradients = scores.1.factor(rows: range.count, columns: count)
        // Keys after the last one that is seen get nothing.
        let seen = 0..<sights.seen
        packedUpstream.multiply(
          probabilities.transposed.rows(seen), into: MatrixOperand(part.valueGradient).rows(seen), adding: true)
        packedQueries.multiply(
          gradients.transposed.rows(seen), into: MatrixOperand(part.keyGradient).rows(seen), adding: true)
        part.straightKeys.multiply(gradients, into: MatrixOperand(queryGradient).rows(range), adding: true)
      }
    }
    if let sums = sums.q { rows.add(queryGradient, to: sums) }
    for part in parts { part.add(to: sums, geometry, keyHead: keyHead) }
  }
}
