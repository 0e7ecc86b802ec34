import CKernels

/// Products by Attune's own loops, those of a ``KernelSet``.
///
/// All threads pack the second factor once; then they compute rows of the result. Thin products that are added to a wide
/// one, as LoRA has them, are part of its sums, and the result is written once. The shapes decide how the work is cut, and
/// every element is summed in the same order whatever the number of threads, so results do not depend on it.
enum PackedProduct {
  /// Words of the sum and words of the second factor that are packed at a time: 3 MiB at most, which a third-level cache
  /// holds, and sums long enough that results are seldom read again.
  private static let (wordsAtOnce, packedAtOnce) = (768, 3 << 18)
  /// The longest sum with a bfloat16 result that is computed at once. The parts of longer ones are added in float32, since
  /// a partial sum that is read again would be rounded.
  private static let longestRoundedSum = 4096
  /// With this many rows or fewer, each thread packs the columns that it computes, as many at a time as a second-level
  /// cache holds: `wordsOfColumns`.
  private static let (fewRows, wordsOfColumns) = (64, 3 << 15)
  /// The pieces that a product is cut into where it is large enough, and the fewest columns of one: for each the rows are
  /// packed again.
  private static let (pieces, fewestColumns) = (64, 192)
  /// What a cache line holds of a row of memory, in float32.
  private static let rowsOfLine = 16

  /// `c = Σ a b`, or `c += Σ a b` where `adding`; the first product is the widest.
  ///
  /// - Parameter alone: whether the calling thread computes all of it.
  static func multiply(_ products: [Factors], into c: MatrixOperand, adding: Bool, alone: Bool = false) {
    let inner = products[0].inner
    if c.elementType == .bfloat16, inner > longestRoundedSum {
      let sums = Tensor(uninitialized: [c.rows, c.columns])
      multiply(products, into: MatrixOperand(sums), adding: false, alone: alone)
      return sums.round(into: c, adding: adding, alone: alone)
    }
    let isBFloat16 = products.allSatisfy { $0.a.elementType == .bfloat16 && $0.b.elementType == .bfloat16 }
    let kernels = KernelSet.current.kernels(for: isBFloat16 ? .bfloat16 : .float32)
    let limit = c.elementType == .bfloat16 ? max(inner, 1) : wordsAtOnce * kernels.elements
    let atOnce = part(inner, atMost: limit, of: kernels.elements * max(kernels.depth, 16))
    var blocks = stride(from: 0, to: max(inner, 1), by: max(atOnce, 1)).map {
      [products[0].inner($0..<min($0 + atOnce, inner))]
    }
    blocks[blocks.count - 1] += products.dropFirst()
    let sums = blocks.map { PackedSum($0, kernels) }
    if c.rows <= fewRows {
      multiplyFewRows(sums, kernels, into: c, adding: adding, alone: alone)
    } else {
      multiplyRows(sums, kernels, into: c, adding: adding, alone: alone)
    }
  }

  /// Columns are packed by all threads, then rows computed by all threads.
  private static func multiplyRows(
    _ sums: [PackedSum], _ kernels: KernelSet.Kernels, into c: MatrixOperand, adding: Bool, alone: Bool
  ) {
    let longest = sums.map(\.words).max() ?? 0
    // Parts of similar length, so that no last one is short.
    let columns = part(c.columns, atMost: max(kernels.panel, packedAtOnce / max(longest, 1)), of: kernels.panel)
    let packed = Tensor(uninitialized: [longest, columns])
    for (index, sum) in sums.enumerated() {
      let sum = withPackedRows(sum, kernels, for: c, alone: alone)
      for first in stride(from: 0, to: c.columns, by: columns) {
        let target = c.columns(first..<min(first + columns, c.columns))
        let panels = (target.columns + kernels.panel - 1) / kernels.panel
        share(panels * sum.piecesOfPanel, alone: alone) { piece, _ in
          let (panel, piece) = piece.quotientAndRemainder(dividingBy: sum.piecesOfPanel)
          let start = panel * kernels.panel
          let range = first + start..<first + min(start + kernels.panel, target.columns)
          sum.pack(range, piece: piece, into: packed.pointer + start * sum.words)
        }
        let blocks = (c.rows + kernels.block - 1) / kernels.block
        let groups = max(1, min((pieces + blocks - 1) / blocks, target.columns / fewestColumns))
        let width = part(target.columns, atMost: (target.columns + groups - 1) / groups, of: kernels.panel)
        let columnParts = (target.columns + width - 1) / width
        share(blocks * columnParts, scratch: kernels.block * sum.words, alone: alone) { piece, scratch in
          let (row, column) = (piece / columnParts * kernels.block, piece % columnParts * width)
          sum.multiply(
            packed.pointer + column * sum.words,
            into: target.columns(column..<min(column + width, target.columns)),
            rows: row..<min(row + kernels.block, c.rows), adding: adding || index > 0, scratch)
        }
      }
    }
  }

  /// The sum with first factors that all threads packed, if more than one piece needs the same rows.
  private static func withPackedRows(
    _ sum: PackedSum, _ kernels: KernelSet.Kernels, for c: MatrixOperand, alone: Bool
  ) -> PackedSum {
    let words = sum.wordsOfPackedRows
    guard words > 0, c.rows < pieces * kernels.block, c.columns >= 2 * fewestColumns else { return sum }
    let packed = Tensor(uninitialized: [(c.rows + 15) / 16 * 16, words])
    let unit = max(kernels.tile, rowsOfLine)
    share((c.rows + unit - 1) / unit, alone: alone) { piece, _ in
      sum.packRows(piece * unit..<min(piece * unit + unit, c.rows), into: packed)
    }
    return sum.withPackedRows(packed)
  }

  /// Each thread packs columns and computes all rows of them.
  private static func multiplyFewRows(
    _ sums: [PackedSum], _ kernels: KernelSet.Kernels, into c: MatrixOperand, adding: Bool, alone: Bool
  ) {
    let longest = sums.map(\.words).max() ?? 0
    let panels = max(1, wordsOfColumns / max(longest * kernels.panel, 1))
    let width = part(c.columns, atMost: panels * kernels.panel, of: kernels.panel)
    let rooms = (packed: longest * width, rows: longest * kernels.block)
    share((c.columns + width - 1) / width, scratch: rooms.packed + rooms.rows, alone: alone) { piece, scratch in
      let range = piece * width..<min(piece * width + width, c.columns)
      for (index, sum) in sums.enumerated() {
        sum.pack(range, into: scratch)
        sum.multiply(
          scratch, into: c.columns(range), rows: 0..<c.rows, adding: adding || index > 0, scratch + rooms.packed)
      }
    }
  }

  /// The length of parts that cover `count`, none longer than `limit`, in multiples of `unit`.
  private static func part(_ count: Int, atMost limit: Int, of unit: Int) -> Int {
    let parts = max(1, (count + limit - 1) / limit)
    return ((count + parts - 1) / parts + unit - 1) / unit * unit
  }

  /// Runs `body` for every piece, each on the thread that is free next, with memory for floats that the thread keeps for
  /// all of its pieces.
  private static func share(
    _ pieces: Int, scratch: Int = 0, alone: Bool, line: Int = #line,
    _ body: (Int, UnsafeMutablePointer<Float>) -> Void
  ) {
    if alone {
      let memory = Tensor(uninitialized: [scratch])
      for piece in 0..<pieces { body(piece, memory.pointer) }
    } else {
      Threads.parallel(balanced: pieces, each: { Tensor(uninitialized: [scratch]) }, line: line) {
        body($0, $1.pointer)
      }
    }
  }
}

extension Factors {
  /// The products of some of the inner elements.
  fileprivate func inner(_ range: Range<Int>) -> Factors { Factors(a.columns(range), b.rows(range)) }
}

extension Tensor {
  /// Rounds float32 sums to bfloat16, added to what is there where `adding`.
  fileprivate func round(into c: MatrixOperand, adding: Bool, alone: Bool) {
    let (rows, width) = (c.rows, c.columns)
    let round = { (row: Int) in
      let (sums, to): (_, UnsafeMutablePointer<UInt16>) = (pointer + row * width, c.elements(from: row * c.stride))
      if adding { attune_add_f32_bf16(sums, to, sums, width) }
      attune_narrow(sums, to, width)
    }
    if alone {
      for row in 0..<rows { round(row) }
    } else {
      Threads.forRange(rows, grain: max(1, (1 << 14) / width), width: width) { $0.forEach(round) }
    }
  }
}
