import CKernels

/// Copies all of a tensor to a run of rows of another one of the same element type.
package func copyRows(_ source: Tensor, to target: Tensor, at first: Int) {
  let rows = target.rows(first..<first + source.shape[0])
  precondition(
    rows.count == source.count && rows.elementType == source.elementType, "rows of \(source.shape) in \(target.shape)")
  if Rehearsal.works(on: rows.count) { rows.raw.copyMemory(from: UnsafeRawBufferPointer(source.raw)) }
}

/// Copies all elements to another tensor of the same shape and element type.
package func copyElements(of source: Tensor, to target: Tensor) {
  precondition(
    source.shape == target.shape && source.elementType == target.elementType, "\(source.shape) into \(target.shape)")
  let size = target.elementType.byteCount
  Threads.forRange(target.count, grain: ElementKernels.grain) { range in
    let bytes = range.lowerBound * size..<range.upperBound * size
    UnsafeMutableRawBufferPointer(rebasing: target.raw[bytes])
      .copyMemory(from: UnsafeRawBufferPointer(rebasing: source.raw[bytes]))
  }
}

/// Some rows, in the order of `indices`: `y[i] = x[indices[i]]`.
package func gatherRows(of x: Tensor, _ indices: [Int]) -> Tensor {
  let y = Tensor(uninitialized: Shape([indices.count] + x.shape.extents.dropFirst()), x.elementType)
  Threads.forRange(indices.count, grain: 64) { range in
    for row in range { copyRows(x.rows(indices[row]..<indices[row] + 1), to: y, at: row) }
  }
  return y
}

/// `total[indices[i]] += x[i]`; the rows of an index are added in their order.
package func addRows(of x: Tensor, to total: Tensor, at indices: [Int]) {
  forEachTarget(indices) { row, index in
    let target = total.rows(index..<index + 1)
    add(target, x.rows(row..<row + 1), into: target)
  }
}

/// `total[indices[i]] += scales[i] x[i]`, both of one element type; the rows of an index are added in their order.
package func addRows(of x: Tensor, scaledBy scales: [Float], to total: Tensor, at indices: [Int]) {
  typealias Kernel<Element> = (UnsafePointer<Element>?, Float, UnsafeMutablePointer<Element>?, Int) -> Void
  let width = total.shape[1]
  func run<Element: StoredElement>(_ kernel: Kernel<Element>) {
    forEachTarget(indices) { row, index in
      kernel(x.elements(from: row * width), scales[row], total.elements(from: index * width), width)
    }
  }
  total.elementType.choose(float32: run(attune_add_scaled_f32), bfloat16: run(attune_add_scaled_bf16))
}

/// Runs `body` with every position and the index there: those of one index in their order, on one thread.
func forEachTarget<Index: BinaryInteger>(_ indices: [Index], _ body: (_ position: Int, _ index: Index) -> Void) {
  let parts = min(64, indices.count)
  Threads.parallel(parts) { part in
    for (position, index) in indices.enumerated() where Int(index) % parts == part { body(position, index) }
  }
}

/// Rows of several tensors one after another: `[a, …]` and `[b, …]` give `[a + b, …]`.
package func concatenateRows(_ parts: [Tensor]) -> Tensor {
  let rows = parts.reduce(0) { $0 + $1.shape[0] }
  let y = Tensor(uninitialized: Shape([rows] + parts[0].shape.extents.dropFirst()), parts[0].elementType)
  var first = 0
  for part in parts {
    let start = first
    Threads.forRange(part.shape[0], grain: 64) { rows in
      copyRows(part.rows(rows), to: y, at: start + rows.lowerBound)
    }
    first += part.shape[0]
  }
  return y
}

/// Copies a run of elements, converted to the target's element type, on the calling thread.
func copyElements(of source: Tensor, from: Int, to target: Tensor, at: Int, count: Int) {
  source.elementType.choose(
    float32: target.elementType.choose(
      float32: (target.pointer + at).update(from: source.pointer + from, count: count),
      bfloat16: attune_narrow(source.pointer + from, target.elements(from: at), count)),
    bfloat16: target.elementType.choose(
      float32: attune_widen(source.elements(from: from), target.pointer + at, count),
      bfloat16: target.elements(UInt16.self, from: at).update(from: source.elements(from: from), count: count)))
}

/// Adds a run of float32 elements to one of another tensor, on the calling thread. Where the target is bfloat16 the sums are
/// computed in the source's memory and then rounded.
func addElements(of source: Tensor, from: Int, to target: Tensor, at: Int, count: Int) {
  func add(_ sum: UnsafeMutablePointer<Float>, toBFloat16 to: UnsafeMutablePointer<UInt16>) {
    attune_add_f32_bf16(sum, to, sum, count)
    attune_narrow(sum, to, count)
  }
  target.elementType.choose(
    float32: attune_add_f32(target.pointer + at, source.pointer + from, target.pointer + at, count),
    bfloat16: add(source.pointer + from, toBFloat16: target.elements(from: at)))
}
