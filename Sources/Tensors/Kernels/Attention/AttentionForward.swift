/// The forward pass of attention: what its pieces read and write.
struct AttentionForward {
  let geometry: AttentionGeometry
  let q, k, v: Tensor
  let output, logSums: Tensor
  let kernels: KernelSet.Kernels

  /// Some queries of one key head by all keys that they see, which are packed once for all of them.
  func run(_ queries: AttentionPlan.Queries, _ plan: AttentionPlan, keyHead: Int) {
    let (width, mostKeys) = (geometry.headWidth, AttentionGeometry.blockKeys)
    let rows = AttentionRows(geometry, queries.parts, keyHead: keyHead)
    let gathered = MatrixOperand(rows.gather(q))
    let results = AttentionResults(rows: rows.count, width: width)
    let values = MatrixOperand(results.values)
    let scores = AttentionScores(q.elementType)
    var packedKeys = PackedFactor(kernels, upTo: width, by: mostKeys)
    var packedValues = PackedFactor(kernels, upTo: mostKeys, by: width)
    for keys in queries.keys.map({ plan.keys[$0] }) {
      packedKeys.pack(geometry.head(keyHead, of: k, keys).transposed)
      packedValues.pack(geometry.head(keyHead, of: v, keys))
      for block in rows.blocks {
        guard let sights = rows.sights(block, of: keys) else { continue }
        let range = rows.range(of: block)
        packedKeys.multiply(gathered.rows(range), into: scores.target(rows: range.count), columns: sights.seen)
        for (run, sight) in sights.runs {
          scores.applySoftmax(
            geometry, run, at: run.place - range.lowerBound, sight, keys: keys.count, results)
        }
        packedValues.multiply(
          scores.factor(rows: range.count, columns: keys.count), into: values.rows(range), adding: true)
      }
    }
    results.write(rows, to: output, logSums: logSums)
  }
}
