import CKernels

/// `y[t] = table[ids[t]]` in float32: `table` is `[V, C]`, the result `[T, C]`.
package func embedding(_ table: Tensor, _ ids: [Int32]) -> Tensor {
  typealias Kernel<Element> = (UnsafePointer<Element>, UnsafeMutablePointer<Float>, Int) -> Void
  let width = table.shape[1]
  let y = Tensor(uninitialized: [ids.count, width])
  func run<Element: StoredElement>(_ copy: Kernel<Element>) {
    Threads.forRange(ids.count, grain: 16, width: width) { range in
      for row in range { copy(table.elements(from: Int(ids[row]) * width), y.pointer + row * width, width) }
    }
  }
  table.elementType.choose(
    float32: run { (from: UnsafePointer<Float>, to, count) in to.update(from: from, count: count) },
    bfloat16: run { (from: UnsafePointer<UInt16>, to, count) in attune_widen(from, to, count) })
  return y
}

/// `sums[ids[t]] += ∂y[t]` in float32; the rows of an id are added in their order.
package func embeddingBackward(_ dy: Tensor, _ ids: [Int32], to sums: Tensor) {
  let width = sums.shape[1]
  forEachTarget(ids) { row, id in
    let to = sums.pointer + Int(id) * width
    attune_add_f32(to, dy.pointer + row * width, to, width)
  }
}
