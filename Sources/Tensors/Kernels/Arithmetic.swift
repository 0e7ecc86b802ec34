import CKernels

/// `a + b`, element by element; the sum has a's element type, and b may be bfloat16 where a is float32.
package func + (a: Tensor, b: Tensor) -> Tensor {
  let y = Tensor(uninitialized: a.shape, a.elementType)
  add(a, b, into: y)
  return y
}

/// `y = a + b` for tensors of one shape, where y may be one of them; y has a's element type, and b may be bfloat16 where a
/// is float32.
package func add(_ a: Tensor, _ b: Tensor, into y: Tensor) {
  Threads.forRange(y.count, grain: ElementKernels.grain) { range in
    let start = range.lowerBound
    switch (a.elementType, b.elementType) {
    case (.float32, .float32): attune_add_f32(a.pointer + start, b.pointer + start, y.pointer + start, range.count)
    case (.float32, .bfloat16):
      attune_add_f32_bf16(a.pointer + start, b.elements(from: start), y.pointer + start, range.count)
    case (.bfloat16, .bfloat16):
      attune_add_bf16(a.elements(from: start), b.elements(from: start), y.elements(from: start), range.count)
    case (.bfloat16, .float32): preconditionFailure("a float32 tensor cannot be added to a bfloat16 one")
    }
  }
}

/// `a - b`, element by element, both of one shape and element type.
package func - (a: Tensor, b: Tensor) -> Tensor {
  a.elementType.choose(
    float32: ElementKernels.map(a, b, attune_subtract_f32), bfloat16: ElementKernels.map(a, b, attune_subtract_bf16))
}

/// `a b`, element by element, both of one shape and element type.
package func * (a: Tensor, b: Tensor) -> Tensor {
  a.elementType.choose(
    float32: ElementKernels.map(a, b, attune_multiply_f32), bfloat16: ElementKernels.map(a, b, attune_multiply_bf16))
}

/// `a / b`, element by element, in float32.
package func / (a: Tensor, b: Tensor) -> Tensor { ElementKernels.map(a, b, attune_divide_f32) }

/// A tensor times a number.
package func * (factor: Float, x: Tensor) -> Tensor {
  x.elementType.choose(
    float32: ElementKernels.map(x) { attune_scale_f32($0, factor, $1, $2) },
    bfloat16: ElementKernels.map(x) { attune_scale_bf16($0, factor, $1, $2) })
}

/// Sets a tensor to zero, on all threads.
package func fillWithZeros(_ tensor: Tensor) {
  let size = tensor.elementType.byteCount
  Threads.forRange(tensor.count, grain: ElementKernels.grain) { range in
    let part = range.lowerBound * size..<range.upperBound * size
    UnsafeMutableRawBufferPointer(rebasing: tensor.raw[part]).initializeMemory(as: UInt8.self, repeating: 0)
  }
}
