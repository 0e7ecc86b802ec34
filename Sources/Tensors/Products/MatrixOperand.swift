import CKernels

/// A matrix in memory as a factor or the result of a product: a tensor, a part of one, or either read transposed.
public struct MatrixOperand {
  /// Rows of the matrix as read.
  public let rows: Int
  /// Columns of the matrix as read.
  public let columns: Int
  /// The type of the elements.
  public let elementType: ElementType
  /// Elements between the starts of two stored rows.
  public let stride: Int
  /// Whether the stored matrix is read with rows and columns exchanged.
  public let isTransposed: Bool
  /// The first element.
  let start: UnsafeMutableRawPointer
  /// Keeps the memory.
  private let owner: Storage

  /// A whole tensor whose last extent is the row.
  public init(_ tensor: Tensor, transposed: Bool = false) {
    let rows = tensor.shape.rank == 2 ? tensor.shape[0] : tensor.shape.rows
    self.init(
      tensor, from: 0, rows: rows, columns: tensor.shape.width, stride: tensor.shape.width, transposed: transposed)
  }

  /// A part of a tensor's memory: `rows` stored rows of `columns` elements from an element on, `stride` elements apart,
  /// perhaps read as another type.
  init(
    _ tensor: Tensor, from element: Int, rows: Int, columns: Int, stride: Int, as elementType: ElementType? = nil,
    transposed: Bool = false
  ) {
    start = tensor.raw.baseAddress.unsafelyUnwrapped + element * tensor.elementType.byteCount
    (self.rows, self.columns) = transposed ? (columns, rows) : (rows, columns)
    self.elementType = elementType ?? tensor.elementType
    self.stride = stride
    isTransposed = transposed
    owner = tensor.storage
  }

  private init(_ operand: MatrixOperand, skipping elements: Int, rows: Int, columns: Int, transposed: Bool) {
    start = operand.start + elements * operand.elementType.byteCount
    (self.rows, self.columns, elementType, stride) = (rows, columns, operand.elementType, operand.stride)
    isTransposed = transposed
    owner = operand.owner
  }

  /// The same matrix with rows and columns exchanged.
  public var transposed: MatrixOperand {
    MatrixOperand(self, skipping: 0, rows: columns, columns: rows, transposed: !isTransposed)
  }

  /// Some rows of the matrix as read.
  package func rows(_ range: Range<Int>) -> MatrixOperand {
    MatrixOperand(
      self, skipping: isTransposed ? range.lowerBound : range.lowerBound * stride, rows: range.count, columns: columns,
      transposed: isTransposed)
  }

  /// Some columns of the matrix as read.
  package func columns(_ range: Range<Int>) -> MatrixOperand {
    MatrixOperand(
      self, skipping: isTransposed ? range.lowerBound * stride : range.lowerBound, rows: rows, columns: range.count,
      transposed: isTransposed)
  }

  /// The stored elements from an element on.
  func elements<Element: StoredElement>(
    _ type: Element.Type = Element.self, from index: Int = 0
  ) -> UnsafeMutablePointer<Element> {
    precondition(Element.elementType == elementType, "a \(elementType) matrix was read as \(Element.elementType)")
    return start.assumingMemoryBound(to: Element.self) + index
  }

  /// This operand in float32: itself, or a copy.
  func inFloat32() -> MatrixOperand {
    guard elementType == .bfloat16 else { return self }
    let (storedRows, storedColumns) = isTransposed ? (columns, rows) : (rows, columns)
    let copy = Tensor(uninitialized: [storedRows, storedColumns])
    Threads.forRange(storedRows, grain: max(1, (1 << 14) / max(1, storedColumns)), width: storedColumns) { range in
      for row in range {
        attune_widen(elements(from: row * stride), copy.pointer + row * storedColumns, storedColumns)
      }
    }
    return MatrixOperand(copy, transposed: isTransposed)
  }
}

/// The factors of a product: `a` is `[m, k]`, `b` is `[k, n]` as read.
public struct Factors {
  /// The first factor.
  public let a: MatrixOperand
  /// The second factor.
  public let b: MatrixOperand
  /// k, the length of the sums.
  public var inner: Int { a.columns }

  /// Two factors that fit.
  public init(_ a: MatrixOperand, _ b: MatrixOperand) {
    precondition(a.columns == b.rows, "no product of [\(a.rows), \(a.columns)] and [\(b.rows), \(b.columns)]")
    (self.a, self.b) = (a, b)
  }
}
