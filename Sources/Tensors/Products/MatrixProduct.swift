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
  case .openBLAS:
    for (index, product) in products.enumerated() {
      let parts = ProductParts(of: c)
      Threads.parallel(balanced: parts.count) { part in
        OpenBLAS.multiply(parts.factors(of: product, part), into: parts.result(c, part), adding: adding || index > 0)
      }
    }
  }
}

/// The same product on the calling thread alone, for callers that have split the work already.
package func multiplyOnThread(_ a: MatrixOperand, _ b: MatrixOperand, into c: MatrixOperand, adding: Bool = false) {
  let product = Factors(a, b)
  guard c.rows > 0, c.columns > 0 else { return }
  check(product, c)
  switch ProductEngine(for: [product], into: c, adding: true) {
  case .openBLAS: OpenBLAS.multiply(product, into: c, adding: adding)
  case .fewRows, .packed: PackedProduct.multiply([product], into: c, adding: adding, alone: true)
  }
}

private func check(_ product: Factors, _ c: MatrixOperand) {
  precondition(
    product.a.rows == c.rows && product.b.columns == c.columns,
    "a product of \(product.a.rows) rows and \(product.b.columns) columns for [\(c.rows), \(c.columns)]")
}

extension OpenBLAS {
  /// `c = a b`, or `c += a b` where `adding`, all in float32, on the calling thread.
  fileprivate static func multiply(_ product: Factors, into c: MatrixOperand, adding: Bool) {
    let (a, b) = (product.a, product.b)
    prepare()
    cblas_sgemm(
      CblasRowMajor, a.isTransposed ? CblasTrans : CblasNoTrans, b.isTransposed ? CblasTrans : CblasNoTrans,
      Int32(c.rows), Int32(c.columns), Int32(product.inner), 1, a.elements(Float.self), Int32(a.stride),
      b.elements(Float.self), Int32(b.stride), adding ? 1 : 0, c.elements(Float.self), Int32(c.stride))
  }
}
