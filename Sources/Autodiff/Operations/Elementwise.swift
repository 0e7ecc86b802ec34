import CKernels
import Tensors

/// Loops over the elements of tensors on all threads: parts of a range, and the element type taken apart once.
enum Elementwise {
  private static let grain = 1 << 14

  typealias Unary<Element> = (UnsafePointer<Element>?, UnsafeMutablePointer<Element>?, Int) -> Void
  typealias Binary<Element> = (
    UnsafePointer<Element>?, UnsafePointer<Element>?, UnsafeMutablePointer<Element>?, Int
  ) -> Void
  typealias Row<Element> = (
    UnsafePointer<Element>?, UnsafePointer<Float>?, UnsafeMutablePointer<Element>?, Int, Int
  ) -> Void

  /// `y = f(x)`.
  static func map(_ x: Tensor, _ float32: Unary<Float>, _ bfloat16: Unary<UInt16>) -> Tensor {
    let y = Tensor(uninitialized: x.shape, x.elementType)
    Threads.forRange(x.count, grain: grain) { range in
      let start = range.lowerBound
      switch x.elementType {
      case .float32: float32(x.pointer + start, y.pointer + start, range.count)
      case .bfloat16: bfloat16(x.halfPointer + start, y.halfPointer + start, range.count)
      }
    }
    return y
  }

  /// `y = f(a, b)`, both of one shape and element type.
  static func map(_ a: Tensor, _ b: Tensor, _ float32: Binary<Float>, _ bfloat16: Binary<UInt16>) -> Tensor {
    let y = Tensor(uninitialized: a.shape, a.elementType)
    Threads.forRange(a.count, grain: grain) { range in
      let start = range.lowerBound
      switch a.elementType {
      case .float32: float32(a.pointer + start, b.pointer + start, y.pointer + start, range.count)
      case .bfloat16: bfloat16(a.halfPointer + start, b.halfPointer + start, y.halfPointer + start, range.count)
      }
    }
    return y
  }

  /// `y[r] = f(x[r], row)` for every row of x; the row is float32.
  static func mapRows(_ x: Tensor, _ row: Tensor, _ float32: Row<Float>, _ bfloat16: Row<UInt16>) -> Tensor {
    let y = Tensor(uninitialized: x.shape, x.elementType)
    let width = x.shape.width
    Threads.forRange(x.shape.rows, grain: max(1, grain / max(1, width))) { range in
      let start = range.lowerBound * width
      switch x.elementType {
      case .float32: float32(x.pointer + start, row.pointer, y.pointer + start, range.count, width)
      case .bfloat16: bfloat16(x.halfPointer + start, row.pointer, y.halfPointer + start, range.count, width)
      }
    }
    return y
  }
}

/// `y = a + b`, for tensors of one shape; y is of a's type, and b may be bfloat16 where a is float32.
func add(_ a: Tensor, _ b: Tensor, into y: Tensor) {
  Threads.forRange(y.count, grain: 1 << 14) { range in
    let start = range.lowerBound
    switch (a.elementType, b.elementType) {
    case (.float32, .float32): attune_add_f32(a.pointer + start, b.pointer + start, y.pointer + start, range.count)
    case (.float32, .bfloat16):
      attune_add_f32_bf16(a.pointer + start, b.halfPointer + start, y.pointer + start, range.count)
    case (.bfloat16, .bfloat16):
      attune_add_bf16(a.halfPointer + start, b.halfPointer + start, y.halfPointer + start, range.count)
    case (.bfloat16, .float32): preconditionFailure("a float32 tensor cannot be added to a bfloat16 one")
    }
  }
}

/// A tensor times a number.
func scaled(_ x: Tensor, by factor: Float) -> Tensor {
  Elementwise.map(x, { attune_scale_f32($0, factor, $1, $2) }, { attune_scale_bf16($0, factor, $1, $2) })
}

/// Sets a tensor to zero, on all threads.
func fillWithZeros(_ tensor: Tensor) {
  let size = tensor.elementType.byteCount
  Threads.forRange(tensor.count, grain: 1 << 16) { range in
    let part = range.lowerBound * size..<range.upperBound * size
    UnsafeMutableRawBufferPointer(rebasing: tensor.raw[part]).initializeMemory(as: UInt8.self, repeating: 0)
  }
}
