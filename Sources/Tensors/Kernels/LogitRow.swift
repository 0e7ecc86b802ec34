import CKernels

/// One row of logits, looked at in lanes: what it takes to choose a token of a large vocabulary in a few passes.
///
/// Lane j of block b stands for the elements `1024 b + j`, `1024 b + 16 + j`, … of the row.
public struct LogitRow {
  /// Whether every logit is finite.
  public let isFinite: Bool
  /// The largest logit of each lane; -∞ for lanes without elements.
  public let maxima: [Float]
  private let logits: Tensor

  private static let (blockLength, lanes) = (1024, 16)

  /// Looks at the logits of one token, V of them in float32.
  public init(_ logits: Tensor) {
    self.logits = logits
    var isFinite = true
    maxima = Self.lanes(of: logits) { isFinite = attune_lane_maxima(logits.pointer, logits.count, $0) != 0 }
    self.isFinite = isFinite
  }

  /// The number of logits.
  public var count: Int { logits.count }
  /// The largest logit.
  public var largest: Float { maxima.max() ?? -.infinity }
  /// The first of the largest logits.
  public var mostLikely: Int32 { indices(from: largest).first ?? 0 }

  /// The logit of a token.
  public subscript(index: Int) -> Float { logits[index] }

  /// The tokens whose logits are at least a threshold, by id.
  public func indices(from threshold: Float) -> [Int32] {
    let count = attune_elements_from(logits.pointer, logits.count, maxima, threshold, nil)
    return [Int32](unsafeUninitializedCapacity: count) { buffer, initialized in
      initialized = attune_elements_from(logits.pointer, logits.count, maxima, threshold, buffer.baseAddress)
    }
  }

  /// `e^(scale (logit - shift))` of some tokens.
  public func weights(of tokens: [Int32], shift: Float, scale: Float) -> [Float] {
    let values = logits.pointer
    let chosen = tokens.map { values[Int($0)] }
    return [Float](unsafeUninitializedCapacity: chosen.count) { buffer, initialized in
      attune_exp_scaled(chosen, chosen.count, shift, scale, buffer.baseAddress)
      initialized = chosen.count
    }
  }

  /// The sum of `e^(scale (logit - shift))` of each lane.
  public func weightSums(shift: Float, scale: Float) -> [Float] {
    Self.lanes(of: logits) { attune_lane_exp_sums(logits.pointer, logits.count, shift, scale, $0) }
  }

  /// The tokens of a lane, by id.
  public func tokens(ofLane lane: Int) -> [Int32] {
    let (block, offset) = lane.quotientAndRemainder(dividingBy: Self.lanes)
    let end = min(count, (block + 1) * Self.blockLength)
    return stride(from: block * Self.blockLength + offset, to: end, by: Self.lanes).map(Int32.init)
  }

  private static func lanes(of logits: Tensor, _ fill: (UnsafeMutablePointer<Float>?) -> Void) -> [Float] {
    let count = (logits.count + blockLength - 1) / blockLength * lanes
    return [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      fill(buffer.baseAddress)
      initialized = count
    }
  }
}

/// Multiplies positive elements of a float32 tensor by one factor and the others by another, at some indices, in place: a
/// penalty on logits. Everything that shares the memory changes.
package func scaleElements(of tensor: Tensor, at indices: some Sequence<Int32>, positive: Float, negative: Float) {
  let elements = tensor.floats
  for index in indices where elements.indices ~= Int(index) {
    elements[Int(index)] *= elements[Int(index)] > 0 ? positive : negative
  }
}

/// What `body` gives for every row of a matrix, in their order; threads share the rows.
///
/// - Parameter body: gets the number of a row and the row, `[1, n]`, which it may change in place. Calls must not share what
///   else they change.
package func mapRows<Value>(of matrix: Tensor, _ body: (Int, Tensor) -> Value) -> [Value] {
  var values = [Value?](repeating: nil, count: matrix.shape[0])
  values.withUnsafeMutableBufferPointer { values in
    let values = values
    Threads.parallel(balanced: values.count) { row in values[row] = body(row, matrix.rows(row..<row + 1)) }
  }
  return values.compactMap { $0 }
}
