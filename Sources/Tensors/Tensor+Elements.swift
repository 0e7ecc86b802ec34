extension Tensor {
  /// Every element through a function, into a float32 tensor of the same shape.
  public func map(_ transform: (Float) -> Float) -> Tensor {
    Rehearsal.works(on: count) ? Tensor(array.map(transform), shape) : Tensor(uninitialized: shape)
  }

  /// Calls `body` with the elements of a float32 tensor where they are in memory; they must not be used after it returns.
  public func withElements<Result>(
    _ body: (UnsafeBufferPointer<Float>) throws -> Result
  ) rethrows -> Result {
    try withExtendedLifetime(storage) { try body(UnsafeBufferPointer(floats)) }
  }

  /// Calls `body` with the elements' bytes in the machine's order, as files store them; they must not be used after it
  /// returns.
  public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try withExtendedLifetime(storage) { try body(UnsafeRawBufferPointer(raw)) }
  }

  /// A tensor whose elements' bytes `fill` writes, as files store them.
  public init(
    _ shape: Shape, _ elementType: ElementType = .float32, fill: (UnsafeMutableRawBufferPointer) throws -> Void
  ) rethrows {
    self.init(uninitialized: shape, elementType)
    try withExtendedLifetime(storage) { try fill(raw) }
  }

  /// A tensor that repeats some values over and over in row-major order; the memory is filled by all threads.
  package init(cycling values: [Float], _ shape: Shape, _ elementType: ElementType) {
    self.init(uninitialized: shape, elementType)
    let tensor = self
    func run<Element: StoredElement>(_ values: [Element]) {
      Threads.forRange(tensor.count, grain: 1 << 12) { range in
        let elements: UnsafeMutablePointer<Element> = tensor.elements()
        var next = range.lowerBound % values.count
        for index in range {
          elements[index] = values[next]
          next = next + 1 == values.count ? 0 : next + 1
        }
      }
    }
    elementType.choose(float32: run(values), bfloat16: run(values.map(bfloat16)))
  }
}
