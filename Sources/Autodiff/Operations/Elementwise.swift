import CKernels
import Tensors

/// Loops over the elements of tensors on all threads: parts of a range, and the element type taken apart once.
enum Elementwise {
  private static let grain = 1 << 14

  typealias Unary<Element> = (UnsafePointer<Element>?, UnsafeMutablePointer<Element>?, Int) -> Void
  typealias Binary<Element> = (
    UnsafePointer<Element>?, UnsafePointer<Element>?, UnsafeMutablePointer<Element>?, Int
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
}

/// `sum += contribution`, for two tensors of one shape; the contribution may be bfloat16 where the sum is float32.
func add(_ contribution: Tensor, into sum: Tensor) {
  Threads.forRange(sum.count, grain: 1 << 14) { range in
    let start = range.lowerBound
    switch (sum.elementType, contribution.elementType) {
    case (.float32, .float32):
      attune_add_f32(sum.pointer + start, contribution.pointer + start, sum.pointer + start, range.count)
    case (.float32, .bfloat16):
      attune_add_f32_bf16(sum.pointer + start, contribution.halfPointer + start, sum.pointer + start, range.count)
    case (.bfloat16, .bfloat16):
      attune_add_bf16(sum.halfPointer + start, contribution.halfPointer + start, sum.halfPointer + start, range.count)
    case (.bfloat16, .float32):
      preconditionFailure("a float32 gradient was added to a bfloat16 sum")
    }
  }
}

/// A tensor times a number.
func scaled(_ x: Tensor, by factor: Float) -> Tensor {
  Elementwise.map(x, { attune_scale_f32($0, factor, $1, $2) }, { attune_scale_bf16($0, factor, $1, $2) })
}

/// Sets a float32 tensor to zero, on all threads.
func fillWithZeros(_ tensor: Tensor) {
  Threads.forRange(tensor.count, grain: 1 << 16) {
    (tensor.pointer + $0.lowerBound).update(repeating: 0, count: $0.count)
  }
}
