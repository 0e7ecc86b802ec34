import CKernels

/// A dense row-major array of numbers in pooled memory.
///
/// A tensor is a value: copies share memory until one of them is changed in place.
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
    guard Rehearsal.works(on: count) else { return }
    elementType.choose(
      float32: floats.update(repeating: value), bfloat16: bfloat16Bits.update(repeating: bfloat16(value)))
  }

  /// A tensor of zeros.
  public static func zeros(_ shape: Shape, _ elementType: ElementType = .float32) -> Tensor {
    let result = Tensor(uninitialized: shape, elementType)
    fillWithZeros(result)
    return result
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

  /// How long the memory is kept.
  package var lifetime: TensorLifetime { storage.lifetime }

  /// The number of elements.
  public var count: Int { shape.count }

  /// A copy of the elements in row-major order, as float32 (which loses nothing where they are bfloat16).
  public var array: [Float] {
    [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      guard let start = buffer.baseAddress else { return }
      elementType.choose(
        float32: start.initialize(from: pointer, count: count), bfloat16: attune_widen(elements(), start, count))
      initialized = count
    }
  }

  /// The only element.
  public var scalar: Float {
    precondition(count == 1, "a tensor of shape \(shape) is not a scalar")
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

  /// The elements in an element type: a copy, or this tensor where it has that type.
  public func cast(to type: ElementType) -> Tensor {
    guard type != elementType else { return self }
    let result = Tensor(uninitialized: shape, type)
    Threads.forRange(count, grain: 1 << 15) { range in
      let start = range.lowerBound
      type.choose(
        float32: attune_widen(elements(from: start), result.elements(from: start), range.count),
        bfloat16: attune_narrow(elements(from: start), result.elements(from: start), range.count))
    }
    return result
  }

  /// A copy with memory of its own.
  public func copy() -> Tensor {
    let result = Tensor(uninitialized: shape, elementType)
    copyElements(of: self, to: result)
    return result
  }

  /// An element by its index in row-major order, as float32. Setting one copies the memory first where it is shared.
  public subscript(index: Int) -> Float {
    get {
      precondition(0..<count ~= index, "element \(index) of a tensor of shape \(shape)")
      return elementType.choose(
        float32: pointer[index], bfloat16: Float(bitPattern: UInt32(bfloat16Bits[index]) << 16))
    }
    set {
      precondition(0..<count ~= index, "element \(index) of a tensor of shape \(shape)")
      update { tensor in
        tensor.elementType.choose(
          float32: tensor.pointer[index] = newValue, bfloat16: tensor.bfloat16Bits[index] = bfloat16(newValue))
      }
    }
  }

  /// Changes the tensor in place, after a copy where the memory is shared.
  public mutating func update(_ body: (inout Tensor) -> Void) {
    if !isKnownUniquelyReferenced(&storage) { self = copy() }
    body(&self)
  }
}
