import COpenBLAS
import CKernels

/// One factor of a product: a matrix in memory, perhaps read transposed.
public struct MatrixOperand {
  /// The first element.
  public let start: UnsafeMutableRawPointer
  /// What the elements are.
  public let elementType: ElementType
  /// Elements between the starts of two stored rows.
  public let stride: Int
  /// Whether the stored matrix is read with rows and columns exchanged.
  public let isTransposed: Bool

  /// A matrix of a tensor whose last extent is the row.
  public init(_ tensor: Tensor, transposed: Bool = false) {
    self.init(
      start: tensor.raw.baseAddress.unsafelyUnwrapped, tensor.elementType, stride: tensor.shape.width,
      transposed: transposed)
  }

  /// A matrix at an address.
  public init(
    start: UnsafeMutableRawPointer, _ elementType: ElementType, stride: Int, transposed: Bool = false
  ) {
    self.start = start
    self.elementType = elementType
    self.stride = stride
    isTransposed = transposed
  }

  /// The same matrix with rows and columns exchanged.
  public var transposed: MatrixOperand {
    MatrixOperand(start: start, elementType, stride: stride, transposed: !isTransposed)
  }

  /// The same matrix from a row (of the matrix as read) on.
  func fromRow(_ row: Int) -> MatrixOperand { moved(isTransposed ? row : row * stride) }
  /// The same matrix from a column (of the matrix as read) on.
  func fromColumn(_ column: Int) -> MatrixOperand { moved(isTransposed ? column * stride : column) }

  private func moved(_ elements: Int) -> MatrixOperand {
    MatrixOperand(
      start: start + elements * elementType.byteCount, elementType, stride: stride, transposed: isTransposed)
  }
}

/// `c = scale · a b`, or `c += scale · a b` where `adding`; `a` is `[m, k]`, `b` is `[k, n]`, `c` is `[m, n]` as read.
///
/// The work is cut along the longer side of `c`, one part a thread.
public func multiply(
  _ a: MatrixOperand, _ b: MatrixOperand, into c: MatrixOperand, m: Int, n: Int, k: Int, scale: Float = 1,
  adding: Bool = false
) {
  guard m > 0, n > 0 else { return }
  if m >= n {
    Threads.forRange(m, grain: 16) { rows in
      multiplyOnThread(
        a.fromRow(rows.lowerBound), b, into: c.fromRow(rows.lowerBound), m: rows.count, n: n, k: k, scale: scale,
        adding: adding)
    }
  } else {
    Threads.forRange(n, grain: 16) { columns in
      multiplyOnThread(
        a, b.fromColumn(columns.lowerBound), into: c.fromColumn(columns.lowerBound), m: m, n: columns.count, k: k,
        scale: scale, adding: adding)
    }
  }
}

/// The same product on the calling thread alone: for whoever has cut the work already, as attention does.
public func multiplyOnThread(
  _ a: MatrixOperand, _ b: MatrixOperand, into c: MatrixOperand, m: Int, n: Int, k: Int, scale: Float = 1,
  adding: Bool = false
) {
  _ = OpenBLAS.core
  cblas_sgemm(
    CblasRowMajor, a.isTransposed ? CblasTrans : CblasNoTrans, b.isTransposed ? CblasTrans : CblasNoTrans, Int32(m),
    Int32(n), Int32(k), scale, a.start.assumingMemoryBound(to: Float.self), Int32(a.stride),
    b.start.assumingMemoryBound(to: Float.self), Int32(b.stride), adding ? 1 : 0,
    c.start.assumingMemoryBound(to: Float.self), Int32(c.stride))
}
