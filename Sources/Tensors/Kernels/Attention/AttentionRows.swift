import CKernels

/// Query rows of one or more spans, in all query heads that share one key head, gathered: `[N, D]`.
struct AttentionRows {
  /// Rows of one span in one head.
  struct Run {
    let span: AttentionSpan
    let rows: Range<Int>
    let head: Int
    /// The first of them among all gathered ones.
    let place: Int
  }

  let geometry: AttentionGeometry
  let runs: [Run]
  /// How many rows there are.
  let count: Int
  /// Runs that are multiplied together, block by block.
  let blocks: [ArraySlice<Run>]

  init(_ geometry: AttentionGeometry, _ parts: [(span: AttentionSpan, rows: Range<Int>)], keyHead: Int) {
    let most = AttentionGeometry.blockRows
    var runs: [Run] = []
    var (place, starts, filled) = (0, [0], 0)
    for head in keyHead * geometry.groupSize..<(keyHead + 1) * geometry.groupSize {
      for (span, rows) in parts {
        for first in stride(from: rows.lowerBound, to: rows.upperBound, by: most) {
          let some = first..<min(first + most, rows.upperBound)
          if filled + some.count > most {
            starts.append(runs.count)
            filled = 0
          }
          runs.append(Run(span: span, rows: some, head: head, place: place))
          place += some.count
          filled += some.count
        }
      }
    }
    self.geometry = geometry
    self.runs = runs
    count = place
    blocks = zip(starts, starts.dropFirst() + [runs.count]).map { runs[$0..<$1] }
  }

  /// The gathered rows of a block.
  func range(of block: ArraySlice<Run>) -> Range<Int> {
    guard let first = block.first, let last = block.last else { return 0..<0 }
    return first.place..<last.place + last.rows.count
  }

  /// What each run of a block sees of some keys, and how many keys there are up to the last one that is seen; nil where
  /// none is.
  func sights(_ block: ArraySlice<Run>, of keys: Range<Int>) -> (runs: [(run: Run, sight: AttentionSight)], seen: Int)?
  {
    var seen = 0
    let sights = block.map { run in
      guard let sight = run.span.sight(of: keys, from: run.rows, window: geometry.window) else {
        return (run: run, sight: AttentionSight.none(rows: run.rows.count))
      }
      seen = max(seen, min(keys.count, sight.visible + run.rows.count - 1))
      return (run: run, sight: sight)
    }
    return seen > 0 ? (sights, seen) : nil
  }

  /// Copies these rows of `[T, H·D]`.
  func gather(_ tensor: Tensor) -> Tensor {
    let (width, size) = (geometry.headWidth, tensor.elementType.byteCount)
    let gathered = Tensor(uninitialized: [count, width], tensor.elementType)
    for run in runs {
      attune_copy_rows(
        tensor.raw.baseAddress.unsafelyUnwrapped + element(of: run) * size, tensor.shape[1] * size,
        gathered.raw.baseAddress.unsafelyUnwrapped + run.place * width * size, width * size, run.rows.count,
        width * size)
    }
    return gathered
  }

  /// Adds these rows to float32 `[T, H·D]`.
  func add(_ gathered: Tensor, to tensor: Tensor) {
    let width = geometry.headWidth
    for run in runs {
      attune_add_rows(
        gathered.pointer + run.place * width, width, tensor.pointer + element(of: run), tensor.shape[1], run.rows.count,
        width)
    }
  }

  /// Where the first row of a run begins in `[T, H·D]`.
  func element(of run: Run) -> Int { (run.rows.lowerBound * geometry.heads + run.head) * geometry.headWidth }
}
