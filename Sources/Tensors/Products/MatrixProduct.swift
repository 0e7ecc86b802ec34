import CKernels
import COneDNN
import COpenBLAS

/// `c = a b`, or `c += a b` where `adding`; `a` is `[m, k]`, `b` is `[k, n]`, `c` is `[m, n]` as read.
public func multiply(_ a: MatrixOperand, _ b: MatrixOperand, into c: MatrixOperand, adding: Bool = false) {
  multiply([Factors(a, b)], into: c, adding: adding)
}

/// `c = Σ a b`, or `c += Σ a b` where `adding`: a wide product and thin ones that change it, as LoRA has them.
///
/// ``ProductEngine`` says who computes it. `PackedProduct` takes all of them as one sum and writes `c` once; otherwise
/// they are added one after another.
public func multiply(_ products: [Factors], into c: MatrixOperand, adding: Bool = false) {
  guard c.rows > 0, c.columns > 0 else { return }
  for product in products { check(product, c) }
  switch ProductEngine(for: products, into: c, adding: adding) {
  case .fewRows: FewRowsProduct.multiply([(products, c)])
  case .packed: PackedProduct.multiply(products, into: c, adding: adding)
  case .oneDNN, .openBLAS:
    if products.count == 1 { return multiplyInParts(products[0], into: c, adding: adding) }
    for (index, product) in products.enumerated() { multiply([product], into: c, adding: adding || index > 0) }
  }
}

/// The same product on the calling thread alone, for callers that have split the work already, as attention does.
package func multiplyOnThread(_ a: MatrixOperand, _ b: MatrixOperand, into c: MatrixOperand, adding: Bool = false) {
  let product = Factors(a, b)
  guard c.rows > 0, c.columns > 0 else { return }
  check(product, c)
  multiplyOnThread(product, into: c, adding: adding)
}

private func check(_ product: Factors, _ c: MatrixOperand) {
  precondition(
    product.a.rows == c.rows && product.b.columns == c.columns,
    "a product of \(product.a.rows) rows and \(product.b.columns) columns for [\(c.rows), \(c.columns)]")
}

/// Computes the parts of a product on all threads.
private func multiplyInParts(_ product: Factors, into c: MatrixOperand, adding: Bool) {
  let parts = ProductParts(of: c)
  let whole = parts.withSharedFactorConverted(product)
  Threads.parallel(balanced: parts.count) { part in
    multiplyOnThread(parts.factors(of: whole, part), into: parts.result(c, part), adding: adding)
  }
}

private func multiplyOnThread(_ product: Factors, into c: MatrixOperand, adding: Bool) {
  guard ProductEngine(onThread: product) == .oneDNN else {
    return multiplyInFloat32(product, into: c, adding: adding)
  }
  // Rows and sums over tokens come in all lengths. Whole tiles apart from the rest keep the shapes few, and each new
  // shape costs oneDNN a fraction of a millisecond.
  let (a, b, m, k) = (product.a, product.b, c.rows, product.inner)
  if m > 64, m % 64 != 0 {
    for rows in [0..<m / 64 * 64, m / 64 * 64..<m] {
      multiplyOnThread(Factors(a.rows(rows), b), into: c.rows(rows), adding: adding)
    }
    return
  }
  if k > 64, k % 64 != 0, a.isTransposed {
    let whole = k / 64 * 64
    multiplyOnThread(Factors(a.columns(0..<whole), b.rows(0..<whole)), into: c, adding: adding)
    return multiplyOnThread(Factors(a.columns(whole..<k), b.rows(whole..<k)), into: c, adding: true)
  }
  if !OneDNN.multiply(product, into: c, adding: adding) { multiplyInFloat32(product, into: c, adding: adding) }
}

/// The product by OpenBLAS; bfloat16 factors are copied.
private func multiplyInFloat32(_ product: Factors, into c: MatrixOperand, adding: Bool) {
  let (m, n, k) = (c.rows, c.columns, product.inner)
  let (left, right) = (product.a.inFloat32(), product.b.inFloat32())
  let target = c.elementType == .float32 ? nil : Tensor(uninitialized: [m, n])
  let into = target.map { MatrixOperand($0) } ?? c
  OpenBLAS.prepare()
  cblas_sgemm(
    CblasRowMajor, left.isTransposed ? CblasTrans : CblasNoTrans, right.isTransposed ? CblasTrans : CblasNoTrans,
    Int32(m), Int32(n), Int32(k), 1, left.elements(Float.self), Int32(left.stride), right.elements(Float.self),
    Int32(right.stride), adding && target == nil ? 1 : 0, into.elements(Float.self), Int32(into.stride))
  guard let target else { return }
  for row in 0..<m {
    let (from, to): (_, UnsafeMutablePointer<UInt16>) = (target.pointer + row * n, c.elements(from: row * c.stride))
    if adding { attune_add_f32_bf16(from, to, from, n) }
    attune_narrow(from, to, n)
  }
}
