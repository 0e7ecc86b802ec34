/// The memory of a tensor. Nothing outside of this module sees it.
///
/// Pointers are valid as long as a tensor that shares the memory exists: a variable must hold the result of an expression
/// such as `x.rows(0..<1)` while its elements are read. Code that writes through them must own the memory alone.
extension Tensor {
  /// The elements' bytes.
  var raw: UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(
      start: storage.pointer + offset * elementType.byteCount, count: count * elementType.byteCount)
  }

  /// The elements of a float32 tensor.
  var floats: UnsafeMutableBufferPointer<Float> { UnsafeMutableBufferPointer(start: pointer, count: count) }

  /// The bits of a bfloat16 tensor's elements.
  var bfloat16Bits: UnsafeMutableBufferPointer<UInt16> {
    UnsafeMutableBufferPointer(start: elements(), count: count)
  }

  /// The first element of a float32 tensor.
  var pointer: UnsafeMutablePointer<Float> { elements() }

  /// The elements from an index on, as kernels of an element type read them.
  func elements<Element: StoredElement>(
    _ type: Element.Type = Element.self, from index: Int = 0
  ) -> UnsafeMutablePointer<Element> {
    precondition(Element.elementType == elementType, "a \(elementType) tensor was read as \(Element.elementType)")
    return storage.pointer.assumingMemoryBound(to: Element.self) + (offset + index)
  }
}
