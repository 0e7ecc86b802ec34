/// The code that computes a matrix product.
///
/// Shapes, element types and the processor decide which one it is, never timing; the initializers here are the only
/// places that choose.
public enum ProductEngine: String, Sendable {
  /// Loops for up to 32 rows by a whole weight matrix, as in generation: every weight is read once, as it is stored.
  case fewRows = "few rows"
  /// `PackedProduct`: Attune's loops, those of ``KernelSet/current``.
  case packed
  /// OpenBLAS: float32 matrices where Attune has no loops that are as fast.
  case openBLAS = "OpenBLAS"

  /// The engine for `c = Σ a b`, or `c += Σ a b` where `adding`.
  public init(for products: [Factors], into c: MatrixOperand, adding: Bool = false) {
    if FewRowsProduct.accepts(products, into: c, adding: adding) {
      self = .fewRows
    } else if products.allSatisfy({ $0.a.elementType == .float32 && $0.b.elementType == .float32 }) {
      self.init(forLayersIn: c.elementType)
    } else {
      self = .packed
    }
  }

  /// The engine for the products of entire layers in an element type.
  public init(forLayersIn type: ElementType) {
    self = type == .float32 && KernelSet.current.leavesFloat32ToOpenBLAS ? .openBLAS : .packed
  }
}
