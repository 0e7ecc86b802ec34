import COpenBLAS

/// The largest singular values of a matrix with their vectors, `M ≈ U diag(σ) Vᵀ`.
///
/// Computed from the eigenvectors of the smaller Gram matrix, in float64 (LAPACK's `dsyevr`): singular values are accurate
/// to about 10⁻⁸ of the largest, far below float32. The vectors of values below 10⁻⁷ of the largest are left zero.
public struct SingularValues {
  /// σ, the largest first.
  public let values: [Double]
  /// The squared Frobenius norm: the sum of the squares of all singular values, including those that were not asked for.
  public let squaredNorm: Double
  /// U, `[m, count]`, column by column.
  private let left: [Double]
  /// V, `[n, count]`, column by column.
  private let right: [Double]
  private let rows: Int
  private let columns: Int

  /// Decomposes a float32 matrix.
  ///
  /// - Parameter count: how many singular values to compute; at most the smaller extent.
  public init(of matrix: Tensor, count: Int) {
    let (rows, columns) = (matrix.shape[0], matrix.shape[1])
    precondition(
      matrix.shape.rank == 2 && 1...min(rows, columns) ~= count, "\(count) singular values of \(matrix.shape)")
    let elements = matrix.withElements { $0.map(Double.init) }
    let (vectors, eigenvalues, trace) = Self.eigenvectors(elements, rows, columns, count: count)
    let values = eigenvalues.map { max(0, $0).squareRoot() }
    let other = Self.otherSide(elements, rows, columns, vectors, values)
    (self.values, squaredNorm, self.rows, self.columns) = (values, trace, rows, columns)
    (left, right) = rows <= columns ? (vectors, other) : (other, vectors)
  }

  /// `√(s Σ) Vᵀ`, `[count, n]`, and `U √(s Σ)`, `[m, count]`: their product is s times the matrix, cut off.
  public func balancedFactors(scale: Float) -> (a: Tensor, b: Tensor) {
    let count = values.count
    let (a, b) = (Tensor(uninitialized: [count, columns]), Tensor(uninitialized: [rows, count]))
    for index in 0..<count {
      let factor = (values[index] * Double(scale)).squareRoot()
      for column in 0..<columns {
        a.pointer[index * columns + column] = Float(right[index * columns + column] * factor)
      }
      for row in 0..<rows { b.pointer[row * count + index] = Float(left[index * rows + row] * factor) }
    }
    return (a, b)
  }

  /// The leading eigenvectors of M Mᵀ or Mᵀ M, whichever is smaller, column by column; and its trace.
  private static func eigenvectors(
    _ elements: [Double], _ rows: Int, _ columns: Int, count: Int
  ) -> (vectors: [Double], values: [Double], trace: Double) {
    OpenBLAS.prepare()
    let order = min(rows, columns)
    var gram = [Double](repeating: 0, count: order * order)
    cblas_dsyrk(
      CblasRowMajor, CblasUpper, rows <= columns ? CblasNoTrans : CblasTrans, Int32(order), Int32(max(rows, columns)),
      1,
      elements, Int32(columns), 0, &gram, Int32(order))
    let trace = (0..<order).reduce(0) { $0 + gram[$1 * order + $1] }
    // Rows of the upper triangle are columns of LAPACK's lower one.
    var (size, first, last, tolerance, zero) = (Int32(order), Int32(order - count + 1), Int32(order), 0.0, 0.0)
    var (found, status) = (Int32(0), Int32(0))
    var values = [Double](repeating: 0, count: order)
    var vectors = [Double](repeating: 0, count: order * count)
    var support = [Int32](repeating: 0, count: 2 * count)
    var (workCount, integerCount) = (Int32(26 * order + 64), Int32(10 * order + 64))
    var work = [Double](repeating: 0, count: Int(workCount))
    var integers = [Int32](repeating: 0, count: Int(integerCount))
    var upper = zero
    dsyevr_(
      "V", "I", "L", &size, &gram, &size, &zero, &upper, &first, &last, &tolerance, &found, &values, &vectors, &size,
      &support, &work, &workCount, &integers, &integerCount, &status)
    precondition(status == 0 && found == count, "dsyevr ended with \(status) after \(found) of \(count) eigenvalues")
    // The largest first.
    let ordered = (0..<count).reversed().flatMap { vectors[$0 * order..<($0 + 1) * order] }
    return (ordered, values[..<count].reversed(), trace)
  }

  /// M v / σ for every vector v, or Mᵀ u / σ; zero where σ is too small.
  private static func otherSide(
    _ elements: [Double], _ rows: Int, _ columns: Int, _ vectors: [Double], _ values: [Double]
  ) -> [Double] {
    let (order, other) = (min(rows, columns), max(rows, columns))
    var result = [Double](repeating: 0, count: other * values.count)
    for (index, value) in values.enumerated() where value > 1e-7 * values[0] {
      vectors[index * order..<(index + 1) * order].withUnsafeBufferPointer { vector in
        result[index * other..<(index + 1) * other].withUnsafeMutableBufferPointer { target in
          cblas_dgemv(
            CblasRowMajor, rows <= columns ? CblasTrans : CblasNoTrans, Int32(rows), Int32(columns), 1 / value,
            elements,
            Int32(columns), vector.baseAddress, 1, 0, target.baseAddress, 1)
        }
      }
    }
    return result
  }
}
