/// A type as which C kernels read the elements of a tensor.
protocol StoredElement {
  /// The element type of tensors that hold it.
  static var elementType: ElementType { get }
}

extension Float: StoredElement {
  static var elementType: ElementType { .float32 }
}

/// The bits of a bfloat16.
extension UInt16: StoredElement {
  static var elementType: ElementType { .bfloat16 }
}

extension ElementType {
  /// Chooses a kernel. This is the one place where an element type selects a C function.
  @inline(__always)
  func choose<Result>(float32: @autoclosure () -> Result, bfloat16: @autoclosure () -> Result) -> Result {
    switch self {
    case .float32: float32()
    case .bfloat16: bfloat16()
    }
  }
}

/// Loops over the elements of tensors on all threads: the shapes that most kernels have.
enum ElementKernels {
  /// The fewest elements that a thread is given.
  static let grain = 1 << 14

  /// A kernel of one input: input, output, count.
  typealias Unary<Element> = (UnsafePointer<Element>?, UnsafeMutablePointer<Element>?, Int) -> Void
  /// A kernel of two inputs: inputs, output, count.
  typealias Binary<Element> = (
    UnsafePointer<Element>?, UnsafePointer<Element>?, UnsafeMutablePointer<Element>?, Int
  ) -> Void
  /// A kernel that combines every row with one float32 row: rows, row, output, number of rows, width.
  typealias Row<Element> = (
    UnsafePointer<Element>?, UnsafePointer<Float>?, UnsafeMutablePointer<Element>?, Int, Int
  ) -> Void

  /// `y = f(x)`.
  static func map<Element: StoredElement>(_ x: Tensor, _ kernel: Unary<Element>) -> Tensor {
    let y = Tensor(uninitialized: x.shape, x.elementType)
    Threads.forRange(x.count, grain: grain) { range in
      let start = range.lowerBound
      kernel(x.elements(from: start), y.elements(from: start), range.count)
    }
    return y
  }

  /// `y = f(a, b)`, both of one shape and element type.
  static func map<Element: StoredElement>(_ a: Tensor, _ b: Tensor, _ kernel: Binary<Element>) -> Tensor {
    let y = Tensor(uninitialized: a.shape, a.elementType)
    Threads.forRange(a.count, grain: grain) { range in
      let start = range.lowerBound
      kernel(a.elements(from: start), b.elements(from: start), y.elements(from: start), range.count)
    }
    return y
  }

  /// `y[r] = f(x[r], row)` for every row of x; the row is float32.
  static func mapRows<Element: StoredElement>(_ x: Tensor, _ row: Tensor, _ kernel: Row<Element>) -> Tensor {
    let y = Tensor(uninitialized: x.shape, x.elementType)
    let width = x.shape.width
    Threads.forRange(x.shape.rows, grain: max(1, grain / max(1, width)), width: width) { range in
      let start = range.lowerBound * width
      kernel(x.elements(from: start), row.pointer, y.elements(from: start), range.count, width)
    }
    return y
  }
}
