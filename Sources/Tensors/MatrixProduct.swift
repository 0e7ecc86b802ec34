import CKernels
import COneDNN
import COpenBLAS

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
  /// What keeps the memory.
  let owner: Storage?

  /// A matrix of a tensor whose last extent is the row.
  public init(_ tensor: Tensor, transposed: Bool = false) {
    self.init(
      start: tensor.raw.baseAddress.unsafelyUnwrapped, tensor.elementType, stride: tensor.shape.width,
      transposed: transposed, owner: tensor.storage)
  }

  /// A part of a tensor's memory: from an element on, rows `stride` elements apart, perhaps read as another type.
  public init(
    _ tensor: Tensor, from element: Int, stride: Int, as elementType: ElementType? = nil, transposed: Bool = false
  ) {
    self.init(
      start: tensor.raw.baseAddress.unsafelyUnwrapped + element * tensor.elementType.byteCount,
      elementType ?? tensor.elementType, stride: stride, transposed: transposed, owner: tensor.storage)
  }

  private init(
    start: UnsafeMutableRawPointer, _ elementType: ElementType, stride: Int, transposed: Bool, owner: Storage?
  ) {
    self.start = start
    self.elementType = elementType
    self.stride = stride
    isTransposed = transposed
    self.owner = owner
  }

  /// The same matrix with rows and columns exchanged.
  public var transposed: MatrixOperand {
    MatrixOperand(start: start, elementType, stride: stride, transposed: !isTransposed, owner: owner)
  }

  /// The same matrix from a row (of the matrix as read) on.
  func fromRow(_ row: Int) -> MatrixOperand { moved(isTransposed ? row : row * stride) }
  /// The same matrix from a column (of the matrix as read) on.
  func fromColumn(_ column: Int) -> MatrixOperand { moved(isTransposed ? column * stride : column) }

  private func moved(_ elements: Int) -> MatrixOperand {
    MatrixOperand(
      start: start + elements * elementType.byteCount, elementType, stride: stride, transposed: isTransposed,
      owner: owner)
  }
}

/// The factors of a product: `a` is `[m, inner]`, `b` is `[inner, n]` as read.
public struct Factors {
  /// The first factor.
  public let a: MatrixOperand
  /// The second factor.
  public let b: MatrixOperand
  /// The length of the sums.
  public let inner: Int

  /// Two factors.
  public init(_ a: MatrixOperand, _ b: MatrixOperand, inner: Int) { (self.a, self.b, self.inner) = (a, b, inner) }
}

/// `c = Σ a b`, or `c += Σ a b` where `adding`: a wide product and thin ones that change it, as LoRA has them. Where
/// ``PackedProduct`` takes them they are one sum, and `c` is written once.
public func multiply(_ products: [Factors], into c: MatrixOperand, m: Int, n: Int, adding: Bool = false) {
  guard m > 0, n > 0 else { return }
  if PackedProduct.takes(products, c, m: m, n: n) {
    return PackedProduct.multiply(products, into: c, m: m, n: n, adding: adding)
  }
  for (index, factors) in products.enumerated() {
    multiply(factors.a, factors.b, into: c, m: m, n: n, k: factors.inner, adding: adding || index > 0)
  }
}

/// `c = a b`, or `c += a b` where `adding`; `a` is `[m, k]`, `b` is `[k, n]`, `c` is `[m, n]` as read.
///
/// Which library computes a product is decided by shape, types and processor, never by timing:
/// - very few rows by a whole weight matrix (generation): loops that read every weight once, as it is stored;
/// - the products of whole layers: loops of Attune's own where the processor has AVX-512, for bfloat16 AVX512-BF16 (and no
///   AMX, which oneDNN knows to use) (``PackedProduct``);
/// - two bfloat16 matrices: oneDNN, where it is installed and the processor multiplies bfloat16 itself;
/// - some shapes in float32: oneDNN, where it is faster (``prefersOneDNN(_:_:m:n:k:)``);
/// - everything else in float32: OpenBLAS; what is bfloat16 is copied to float32 first.
///
/// The work is cut along the longer side of `c`, one part a thread, in whole tiles of 64.
public func multiply(
  _ a: MatrixOperand, _ b: MatrixOperand, into c: MatrixOperand, m: Int, n: Int, k: Int, adding: Bool = false
) {
  guard m > 0, n > 0 else { return }
  if m <= 4, b.isTransposed, b.stride == k, !a.isTransposed, !adding {
    return multiplyFewRows(a, b, into: c, m: m, n: n, k: k)
  }
  let factors = [Factors(a, b, inner: k)]
  if PackedProduct.takes(factors, c, m: m, n: n) {
    return PackedProduct.multiply(factors, into: c, m: m, n: n, adding: adding)
  }
  if m >= n {
    let b = multipliesBFloat16(a, b) ? WidenedOperand(b, nil) : b.widened(rows: k, columns: n)
    Threads.forTiles(m, of: 64) { rows in
      multiplyOnThread(
        a.fromRow(rows.lowerBound), b.operand, into: c.fromRow(rows.lowerBound), m: rows.count, n: n, k: k,
        adding: adding)
    }
  } else {
    let a = multipliesBFloat16(a, b) ? WidenedOperand(a, nil) : a.widened(rows: m, columns: k)
    Threads.forTiles(n, of: 64) { columns in
      multiplyOnThread(
        a.operand, b.fromColumn(columns.lowerBound), into: c.fromColumn(columns.lowerBound), m: m, n: columns.count,
        k: k, adding: adding)
    }
  }
}

/// The same product on the calling thread alone: for whoever has cut the work already, as attention does.
public func multiplyOnThread(
  _ a: MatrixOperand, _ b: MatrixOperand, into c: MatrixOperand, m: Int, n: Int, k: Int, adding: Bool = false
) {
  guard m > 0, n > 0 else { return }
  let inBFloat16 = multipliesBFloat16(a, b)
  if inBFloat16 || prefersOneDNN(a, b, m: m, n: n, k: k) {
    // Rows and sums over tokens come in all lengths; whole tiles apart from the rest keep the shapes few, and each new
    // shape costs oneDNN a fraction of a millisecond.
    if m > 64, m % 64 != 0 {
      let whole = m / 64 * 64
      multiplyOnThread(a, b, into: c, m: whole, n: n, k: k, adding: adding)
      return multiplyOnThread(
        a.fromRow(whole), b, into: c.fromRow(whole), m: m - whole, n: n, k: k, adding: adding)
    }
    if k > 64, k % 64 != 0, a.isTransposed {
      let whole = k / 64 * 64
      multiplyOnThread(a, b, into: c, m: m, n: n, k: whole, adding: adding)
      return multiplyOnThread(
        a.fromColumn(whole), b.fromRow(whole), into: c, m: m, n: n, k: k - whole, adding: true)
    }
    if attune_onednn_multiply(
      a.forOneDNN, b.forOneDNN, c.forOneDNN, Int64(m), Int64(n), Int64(k), adding ? 1 : 0) == 0
    {
      return
    }
  }
  multiplyInFloat32(a, b, into: c, m: m, n: n, k: k, adding: adding)
}

/// The product through OpenBLAS; what is bfloat16 is copied.
private func multiplyInFloat32(
  _ a: MatrixOperand, _ b: MatrixOperand, into c: MatrixOperand, m: Int, n: Int, k: Int, adding: Bool
) {
  let (left, right) = (a.widened(rows: m, columns: k), b.widened(rows: k, columns: n))
  let target = c.elementType == .float32 ? nil : Tensor(uninitialized: [m, n])
  let into = target.map { MatrixOperand($0) } ?? c
  precondition(OpenBLAS.isReady)
  cblas_sgemm(
    CblasRowMajor, left.operand.isTransposed ? CblasTrans : CblasNoTrans,
    right.operand.isTransposed ? CblasTrans : CblasNoTrans, Int32(m), Int32(n), Int32(k), 1, left.operand.floats,
    Int32(left.operand.stride), right.operand.floats, Int32(right.operand.stride), adding && target == nil ? 1 : 0,
    into.floats, Int32(into.stride))
  guard let target else { return }
  let halves = c.start.assumingMemoryBound(to: UInt16.self)
  for row in 0..<m {
    let from = target.pointer + row * n
    if adding { attune_add_f32_bf16(from, halves + row * c.stride, from, n) }
    attune_narrow(from, halves + row * c.stride, n)
  }
}

/// Whether oneDNN is the faster of the two for a float32 product: for very short sums and for very few rows of results,
/// as LoRA has them (measured on AVX-512 with two threads, oneDNN 2.6 by OpenBLAS 0.3.21, GFLOP/s: 2048×768×8 323 : 191,
/// 8×768×2048 with the first factor transposed 266 : 79).
private func prefersOneDNN(_ a: MatrixOperand, _ b: MatrixOperand, m: Int, n: Int, k: Int) -> Bool {
  guard a.elementType == .float32, b.elementType == .float32, Processor.hasAVX512, OneDNN.isAvailable else {
    return false
  }
  return a.isTransposed ? m <= 32 && k >= 512 && !b.isTransposed : m >= 64 && k <= 32
}

/// Whether a product runs with bfloat16 operands.
private func multipliesBFloat16(_ a: MatrixOperand, _ b: MatrixOperand) -> Bool {
  a.elementType == .bfloat16 && b.elementType == .bfloat16 && Processor.hasBFloat16 && OneDNN.isAvailable
}

/// A few rows by a weight matrix `[n, k]`: at the memory's speed, in the precision that the weights are stored in.
private func multiplyFewRows(
  _ a: MatrixOperand, _ b: MatrixOperand, into c: MatrixOperand, m: Int, n: Int, k: Int
) {
  let input = a.widened(rows: m, columns: k)
  // Rows of a transposed copy or of a wider matrix are put together first.
  let rows = Tensor(uninitialized: [m, k])
  for row in 0..<m {
    (rows.pointer + row * k).update(from: input.operand.floats + row * input.operand.stride, count: k)
  }
  let result = Tensor(uninitialized: [m, n])
  Threads.forRange(n, grain: max(1, (1 << 15) / max(1, k))) { range in
    let first = range.lowerBound
    switch b.elementType {
    case .float32:
      attune_matvec_f32(rows.pointer, b.floats + first * k, result.pointer + first, m, range.count, k, n)
    case .bfloat16:
      let weight = b.start.assumingMemoryBound(to: UInt16.self) + first * k
      attune_matvec_bf16(rows.pointer, weight, result.pointer + first, m, range.count, k, n)
    }
  }
  for row in 0..<m {
    switch c.elementType {
    case .float32: (c.floats + row * c.stride).update(from: result.pointer + row * n, count: n)
    case .bfloat16:
      attune_narrow(result.pointer + row * n, c.start.assumingMemoryBound(to: UInt16.self) + row * c.stride, n)
    }
  }
}

/// An operand, and the copy it stands in, which must be kept as long as the operand is used.
private typealias WidenedOperand = (operand: MatrixOperand, copy: Tensor?)

extension MatrixOperand {
  /// The elements of a float32 matrix.
  var floats: UnsafeMutablePointer<Float> { start.assumingMemoryBound(to: Float.self) }

  /// This operand in float32: itself, or a copy.
  fileprivate func widened(rows: Int, columns: Int) -> WidenedOperand {
    guard elementType == .bfloat16 else { return (self, nil) }
    let (storedRows, storedColumns) = isTransposed ? (columns, rows) : (rows, columns)
    let copy = Tensor(uninitialized: [storedRows, storedColumns])
    let halves = start.assumingMemoryBound(to: UInt16.self)
    Threads.forRange(storedRows, grain: max(1, (1 << 14) / max(1, storedColumns))) { range in
      for row in range { attune_widen(halves + row * stride, copy.pointer + row * storedColumns, storedColumns) }
    }
    return (MatrixOperand(copy, transposed: isTransposed), copy)
  }
}
