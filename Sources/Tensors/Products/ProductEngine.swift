/// The code that computes a matrix product.
///
/// Shapes, element types and the processor decide which one it is, never timing; the initializers here are the only
/// places that choose.
public enum ProductEngine: String, Sendable {
  /// Loops for up to 32 rows by a whole weight matrix, as in generation: every weight is read once, as it is stored.
  case fewRows = "few rows"
  /// `PackedProduct`: Attune's loops for the products of whole layers, with AVX-512, for bfloat16 with AVX512-BF16.
  case packed
  /// oneDNN: two bfloat16 matrices where the processor multiplies bfloat16, and some shapes in float32.
  case oneDNN
  /// OpenBLAS: everything else, in float32; bfloat16 factors are copied to float32 first.
  case openBLAS = "OpenBLAS"

  /// The engine for `c = Σ a b`, or `c += Σ a b` where `adding`, by all threads.
  ///
  /// Where this is ``oneDNN`` or ``openBLAS`` the result is computed in parts; this is then the engine of the first part, and
  /// a last, smaller one may have the other.
  public init(for products: [Factors], into c: MatrixOperand, adding: Bool = false) {
    let first = products[0]
    if FewRowsProduct.accepts(products, into: c, adding: adding) {
      self = .fewRows
    } else if PackedProduct.accepts(products, c) {
      self = .packed
    } else {
      self.init(onThread: ProductParts(of: c).factors(of: first, 0))
    }
  }

  /// The engine for the products of entire layers in an element type, with rows enough to make up for packing.
  public init(forLayersIn type: ElementType) {
    if PackedProduct.serves(type) {
      self = .packed
    } else {
      self = Self.multipliesBFloat16(type) ? .oneDNN : .openBLAS
    }
  }

  /// The engine for `c = a b` by the calling thread alone: ``oneDNN`` or ``openBLAS``.
  init(onThread product: Factors) {
    self = Self.multipliesBFloat16(product) || Self.prefersOneDNN(product) ? .oneDNN : .openBLAS
  }

  /// Whether a product runs with bfloat16 operands.
  static func multipliesBFloat16(_ product: Factors) -> Bool {
    product.a.elementType == product.b.elementType && multipliesBFloat16(product.a.elementType)
  }

  /// Whether two factors of an element type are multiplied as bfloat16, by oneDNN.
  private static func multipliesBFloat16(_ type: ElementType) -> Bool {
    type == .bfloat16 && Processor.hasBFloat16 && OneDNN.isAvailable
  }

  /// Whether oneDNN is the faster of the two for a float32 product: for very short sums and for very few rows of results,
  /// as LoRA has them (measured on AVX-512 with two threads, oneDNN 2.6 : OpenBLAS 0.3.21, GFLOP/s: 2048×768×8 323 : 191,
  /// 8×768×2048 with the first factor transposed 266 : 79).
  private static func prefersOneDNN(_ product: Factors) -> Bool {
    let (a, b) = (product.a, product.b)
    guard a.elementType == .float32, b.elementType == .float32, Processor.hasAVX512, OneDNN.isAvailable else {
      return false
    }
    return a.isTransposed
      ? a.rows <= 32 && product.inner >= 512 && !b.isTransposed : a.rows >= 64 && product.inner <= 32
  }
}
