import CKernels
import Foundation
import Tensors

/// A run of query rows and the key rows that they see.
public struct AttentionSpan: Sendable, Equatable {
  /// Rows of the queries.
  public let queries: Range<Int>
  /// Rows of the keys of the same sequence: the last query sees all of them, the one before it all but the last, ….
  public let keys: Range<Int>
  /// Further rows of the keys that every query sees: a shared prompt, a learned prefix.
  public let context: [Range<Int>]

  /// A span whose queries end where its keys end.
  public init(queries: Range<Int>, keys: Range<Int>, context: [Range<Int>] = []) {
    precondition(keys.count >= queries.count, "\(queries.count) queries cannot end \(keys.count) keys")
    self.queries = queries
    self.keys = keys
    self.context = context
  }

  /// A sequence that sees itself, causally.
  public init(sequence rows: Range<Int>) { self.init(queries: rows, keys: rows) }
}

/// Causal attention over sequences laid end to end, with grouped heads (2305.13245): `softmax(q kᵀ / √D) v`.
///
/// - Parameters:
///   - q: queries, `[T, H·D]`.
///   - k: keys, `[S, K·D]`; head h reads key head h / (H/K).
///   - v: values, `[S, K·D]`.
///   - spans: who sees whom; every query row stands in exactly one span.
/// - Returns: `[T, H·D]` in q's element type.
///
/// Blockwise with a running softmax (2205.14135), forward and backward: no array of `[T, S]` exists, memory is linear in
/// T, blocks that nothing sees are skipped. Keeps q, k, v, the result o and each row's L = log Σ e^s. Backward, with
/// P = e^(s - L): `∂v = Pᵀ ∂o`, `∂s = P (∂o vᵀ - Σ ∂o o)`, `∂q = ∂s k / √D`, `∂k = ∂sᵀ q / √D`.
public func attention(
  _ q: Variable, _ k: Variable, _ v: Variable, headWidth: Int, spans: [AttentionSpan]
) -> Variable {
  let (queries, keys, values) = (q.value, k.value, v.value)
  let geometry = AttentionGeometry(queries.shape, keys.shape, values.shape, headWidth)
  let output = Tensor(uninitialized: q.shape, q.elementType)
  let logSums = Tensor(uninitialized: [q.shape[0], geometry.heads])
  let blocks = spans.flatMap { span in geometry.queryBlocks(of: span).map { (span, $0) } }
  Threads.parallel(balanced: blocks.count * geometry.keyHeads) { task in
    let (span, rows) = blocks[blocks.count - 1 - task / geometry.keyHeads]
    AttentionBlock(geometry, span, rows, keyHead: task % geometry.keyHeads)
      .forward(queries, keys, values, output: output, logSums: logSums)
  }
  return .result(.attention, output, of: [q, k, v]) { dy in
    let gradients = AttentionGradients(q.node, k.node, v.node)
    let groups = geometry.independentGroups(of: spans)
    Threads.parallel(balanced: groups.count * geometry.keyHeads) { task in
      AttentionBackward(geometry, groups[task / geometry.keyHeads], keyHead: task % geometry.keyHeads)
        .run(queries, keys, values, output, logSums, dy, into: gradients)
    }
    gradients.finish()
  }
}

/// The sizes of an attention.
struct AttentionGeometry {
  let heads: Int
  let keyHeads: Int
  let headWidth: Int
  let scale: Float
  /// Query rows of one head in a block.
  let queryRows: Int
  /// Keys in a block.
  static let keyColumns = 128

  init(_ q: Shape, _ k: Shape, _ v: Shape, _ headWidth: Int) {
    precondition(
      q.rank == 2 && k.rank == 2 && k == v && q[1] % headWidth == 0 && k[1] % headWidth == 0
        && q[1] % k[1] == 0, "queries \(q), keys \(k) and values \(v) in heads of \(headWidth)")
    self.headWidth = headWidth
    heads = q[1] / headWidth
    keyHeads = k[1] / headWidth
    scale = 1 / Float(headWidth).squareRoot()
    queryRows = heads / keyHeads > 2 ? 32 : 64
  }

  /// Query heads that share a key head.
  var groupSize: Int { heads / keyHeads }

  func queryBlocks(of span: AttentionSpan) -> [Range<Int>] {
    stride(from: span.queries.lowerBound, to: span.queries.upperBound, by: queryRows).map {
      $0..<min($0 + queryRows, span.queries.upperBound)
    }
  }

  /// Spans that touch common key rows belong to one task of the backward pass, so that nobody waits for a lock and the
  /// order of adding is fixed.
  func independentGroups(of spans: [AttentionSpan]) -> [[AttentionSpan]] {
    var groups: [(reach: Range<Int>, spans: [AttentionSpan])] = []
    let reaches = spans.map { span in
      ([span.keys] + span.context).reduce(span.keys) {
        min($0.lowerBound, $1.lowerBound)..<max($0.upperBound, $1.upperBound)
      }
    }
    for (span, reach) in zip(spans, reaches).sorted(by: { $0.1.lowerBound < $1.1.lowerBound }) {
      if let last = groups.last, last.reach.upperBound > reach.lowerBound {
        groups[groups.count - 1].spans.append(span)
        groups[groups.count - 1].reach = last.reach.lowerBound..<max(last.reach.upperBound, reach.upperBound)
      } else {
        groups.append((reach, [span]))
      }
    }
    return groups.map(\.spans)
  }
}

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

  /// Blocks of keys that some row sees, each with how many of its keys the first row sees.
  var keyBlocks: [(keys: Range<Int>, visible: Int)] {
    // The last row of the block sees this many keys of its own sequence.
    let seen = span.keys.count - (span.queries.upperBound - rows.upperBound)
    let first = seen - rows.count + 1
    let own = span.keys.lowerBound..<span.keys.lowerBound + seen
    var blocks = span.context.flatMap(Self.cut).map { ($0, $0.count) }
    for keys in Self.cut(own) { blocks.append((keys, first - (keys.lowerBound - own.lowerBound))) }
    return blocks
  }

  private static func cut(_ keys: Range<Int>) -> [Range<Int>] {
    stride(from: keys.lowerBound, to: keys.upperBound, by: AttentionGeometry.keyColumns).map {
      $0..<min($0 + AttentionGeometry.keyColumns, keys.upperBound)
    }
  }

  func forward(_ q: Tensor, _ k: Tensor, _ v: Tensor, output: Tensor, logSums: Tensor) {
    let (width, columns) = (geometry.headWidth, AttentionGeometry.keyColumns)
    let queries = gather(q, as: q.elementType)
    let scores = AttentionScores(rows: count, q.elementType)
    let sums = Tensor.zeros([count])
    let maxima = Tensor(repeating: -.infinity, [count])
    let result = Tensor.zeros([count, width])
    for (keys, visible) in keyBlocks {
      multiplyOnThread(
        MatrixOperand(queries), head(k, keys).transposed, into: scores.target, m: count, n: keys.count, k: width)
      for member in 0..<geometry.groupSize {
        let row = member * rows.count
        attune_attention_block(
          scores.pointer + row * columns, columns, rows.count, keys.count, visible, geometry.scale,
          maxima.pointer + row, sums.pointer + row, result.pointer + row * width, width)
      }
      multiplyOnThread(
        scores.operand(columns: keys.count), head(v, keys), into: MatrixOperand(result), m: count, n: width,
        k: keys.count, adding: true)
    }
    for row in 0..<count {
      attune_scale_f32(result.pointer + row * width, 1 / sums.pointer[row], result.pointer + row * width, width)
      let (member, query) = row.quotientAndRemainder(dividingBy: rows.count)
      logSums.pointer[(rows.lowerBound + query) * geometry.heads + keyHead * geometry.groupSize + member] =
        maxima.pointer[row] + logf(sums.pointer[row])
    }
    scatter(result, to: output)
  }

  /// The rows of one key head, as an operand where they stand.
  func head(_ tensor: Tensor, _ keys: Range<Int>) -> MatrixOperand {
    MatrixOperand(
      tensor, from: keys.lowerBound * tensor.shape[1] + keyHead * geometry.headWidth, stride: tensor.shape[1])
  }

  /// Copies this block's rows of `[T, H·D]` together, head by head: `[G·rows, D]`.
  func gather(_ tensor: Tensor, as type: ElementType) -> Tensor {
    let width = geometry.headWidth
    let block = Tensor(uninitialized: [count, width], type)
    for row in 0..<count {
      let from = element(of: row)
      switch (tensor.elementType, type) {
      case (.float32, .float32): (block.pointer + row * width).update(from: tensor.pointer + from, count: width)
      case (.float32, .bfloat16): attune_narrow(tensor.pointer + from, block.halfPointer + row * width, width)
      case (.bfloat16, .float32): attune_widen(tensor.halfPointer + from, block.pointer + row * width, width)
      case (.bfloat16, .bfloat16):
        (block.halfPointer + row * width).update(from: tensor.halfPointer + from, count: width)
      }
    }
    return block
  }

  /// The reverse of ``gather(_:as:)``: writes, or adds where `adding` is set.
  func scatter(_ block: Tensor, to tensor: Tensor, adding: Bool = false) {
    let width = geometry.headWidth
    for row in 0..<count {
      let from = block.pointer + row * width
      switch tensor.elementType {
      case .float32:
        let to = tensor.pointer + element(of: row)
        if adding { attune_add_f32(to, from, to, width) } else { to.update(from: from, count: width) }
      case .bfloat16:
        let to = tensor.halfPointer + element(of: row)
        if adding { attune_add_f32_bf16(from, to, from, width) }
        attune_narrow(from, to, width)
      }
    }
  }

  /// Where a row of the block begins in `[T, H·D]`.
  private func element(of row: Int) -> Int {
    let (member, query) = row.quotientAndRemainder(dividingBy: rows.count)
    return ((rows.lowerBound + query) * geometry.heads + keyHead * geometry.groupSize + member) * geometry.headWidth
  }
}

/// The scores of a block of keys, `[rows, keyColumns]`: computed in float32, multiplied on in the type of the queries.
struct AttentionScores {
  private let values: Tensor
  private let halves: Tensor?

  init(rows: Int, _ type: ElementType) {
    let shape: Shape = [rows, AttentionGeometry.keyColumns]
    values = Tensor(uninitialized: shape)
    halves = type == .bfloat16 ? Tensor(uninitialized: shape, .bfloat16) : nil
  }

  var pointer: UnsafeMutablePointer<Float> { values.pointer }

  /// Where a product is written.
  var target: MatrixOperand { MatrixOperand(values) }

  /// The first columns as a factor of the next product.
  func operand(columns: Int, transposed: Bool = false) -> MatrixOperand {
    guard let halves else { return MatrixOperand(values, transposed: transposed) }
    let stride = AttentionGeometry.keyColumns
    for row in 0..<values.shape[0] {
      attune_narrow(values.pointer + row * stride, halves.halfPointer + row * stride, columns)
    }
    return MatrixOperand(halves, transposed: transposed)
  }
}
