import CKernels

/// Inverted dropout: `y = x m / (1 - rate)`, where m is 1 with probability 1 - rate, else 0: a hash of the seed and the
/// element's index.
package func dropout(_ x: Tensor, rate: Float, seed: UInt32) -> Tensor {
  typealias Kernel<Element> = (
    UnsafePointer<Element>?, UnsafeMutablePointer<Element>?, UInt32, UInt32, Float, Int
  ) -> Void
  let y = Tensor(uninitialized: x.shape, x.elementType)
  func run<Element: StoredElement>(_ kernel: Kernel<Element>) {
    Threads.forRange(x.count, grain: ElementKernels.grain) { range in
      let start = range.lowerBound
      kernel(
        x.elements(from: start), y.elements(from: start), seed, UInt32(truncatingIfNeeded: start), rate, range.count)
    }
  }
  x.elementType.choose(float32: run(attune_dropout_f32), bfloat16: run(attune_dropout_bf16))
  return y
}
