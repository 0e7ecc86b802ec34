import CKernels

/// A dense row-major array of numbers in pooled memory.
///
/// A tensor is a value: copies share memory until one of them is changed in place (``update(_:)``).
public struct Tensor {
  /// The extents.
  public let shape: Shape
  /// What the elements are.
  public let elementType: ElementType
  private(set) var storage: Storage
  /// Where the elements begin, in elements from the start of the storage.
  let offset: Int

  /// Uninitialised memory of a shape.
  public init(uninitialized shape: Shape, _ elementType: ElementType = .float32) {
    self.init(
      shape: shape, elementType: elementType, storage: Storage(byteCount: shape.count * elementType.byteCount),
      offset: 0)
  }

  init(shape: Shape, elementType: ElementType, storage: Storage, offset: Int) {
    self.shape = shape
    self.elementType = elementType
    self.storage = storage
    self.offset = offset
  }

  /// A tensor with one value everywhere.
  public init(repeating value: Float, _ shape: Shape, _ elementType: ElementType = .float32) {
    self.init(uninitialized: shape, elementType)
    if value == 0, !Rehearsal.works(on: count) { return }
    switch elementType {
    case .float32: floats.update(repeating: value)
    case .bfloat16: halves.update(repeating: bfloat16(value))
    }
  }

  /// A tensor of zeros.
  public static func zeros(_ shape: Shape, _ elementType: ElementType = .float32) -> Tensor {
    Tensor(repeating: 0, shape, elementType)
  }

  /// A float32 tensor with these elements in row-major order.
  public init(_ values: some Collection<Float>, _ shape: Shape) {
    precondition(values.count == shape.count, "\(values.count) values do not fill the shape \(shape)")
    self.init(uninitialized: shape)
    _ = floats.update(fromContentsOf: values)
  }

  /// A rank-1 float32 tensor.
  public init(_ values: [Float]) { self.init(values, [values.count]) }

  /// A scalar.
  public init(_ value: Float) { self.init([value], []) }

  /// The number of elements.
  public var count: Int { shape.count }

  /// The elements, rounded to float32 where they are bfloat16 (which loses nothing).
  public var array: [Float] {
    [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      guard let start = buffer.baseAddress else { return }
      switch elementType {
      case .float32: start.initialize(from: floats.baseAddress.unsafelyUnwrapped, count: count)
      case .bfloat16: attune_widen(halves.baseAddress, start, count)
      }
      initialized = count
    }
  }

  /// The only element.
  public var scalar: Float {
    precondition(count == 1, "a tensor of shape \(shape) is no scalar")
    return array[0]
  }

  /// The same elements in another shape with as many of them; shares memory.
  public func reshaped(_ shape: Shape) -> Tensor {
    precondition(shape.count == count, "a tensor of shape \(self.shape) cannot become \(shape)")
    return Tensor(shape: shape, elementType: elementType, storage: storage, offset: offset)
  }

  /// Some rows of the outermost dimension; shares memory.
  public func rows(_ range: Range<Int>) -> Tensor {
    precondition(shape.rank > 0 && range.lowerBound >= 0 && range.upperBound <= shape[0], "rows \(range) of \(shape)")
    let inner = shape.extents.dropFirst()
    return Tensor(
      shape: Shape([range.count] + inner), elementType: elementType, storage: storage,
      offset: offset + range.lowerBound * inner.reduce(1, *))
  }

  /// The elements in the other type: a copy, or this tensor where it has that type.
  public func cast(to type: ElementType) -> Tensor {
    guard type != elementType else { return self }
    let result = Tensor(uninitialized: shape, type)
    Threads.forRange(count, grain: 1 << 15) { range in
      switch type {
      case .float32: attune_widen(self.halfPointer + range.lowerBound, result.pointer + range.lowerBound, range.count)
      case .bfloat16: attune_narrow(self.pointer + range.lowerBound, result.halfPointer + range.lowerBound, range.count)
      }
    }
    return result
  }

  /// A copy with memory of its own.
  public func copy() -> Tensor {
    let result = Tensor(uninitialized: shape, elementType)
    if Rehearsal.works(on: count) { result.raw.copyMemory(from: UnsafeRawBufferPointer(raw)) }
    return result
  }

  /// Changes elements in place, after a copy where the memory is shared.
  public mutating func update(_ body: (Tensor) -> Void) {
    if !isKnownUniquelyReferenced(&storage) { self = copy() }
    body(self)
  }

  /// The elements' bytes.
  public var raw: UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(
      start: storage.pointer + offset * elementType.byteCount, count: count * elementType.byteCount)
  }

  /// The elements of a float32 tensor. They stand as long as a tensor that shares them does: a result's are read through
  /// a variable that holds it (`let row = x.rows(0..<1)`, then `row.floats`).
  public var floats: UnsafeMutableBufferPointer<Float> { UnsafeMutableBufferPointer(start: pointer, count: count) }

  /// The elements' bits of a bfloat16 tensor.
  public var halves: UnsafeMutableBufferPointer<UInt16> { UnsafeMutableBufferPointer(start: halfPointer, count: count) }

  /// The first element of a float32 tensor. Whoever writes through it owns the tensor alone.
  public var pointer: UnsafeMutablePointer<Float> {
    precondition(elementType == .float32, "a \(elementType) tensor was read as float32")
    return storage.pointer.assumingMemoryBound(to: Float.self) + offset
  }

  /// The first element's bits of a bfloat16 tensor.
  public var halfPointer: UnsafeMutablePointer<UInt16> {
    precondition(elementType == .bfloat16, "a \(elementType) tensor was read as bfloat16")
    return storage.pointer.assumingMemoryBound(to: UInt16.self) + offset
  }
}

/// The bits of a float rounded to bfloat16, to nearest even.
public func bfloat16(_ value: Float) -> UInt16 {
  guard !value.isNaN else { return 0x7FC0 }
  let bits = value.bitPattern
  return UInt16(truncatingIfNeeded: (bits &+ 0x7FFF &+ ((bits >> 16) & 1)) >> 16)
}
