import Tensors

/// A low-rank change of a linear layer, `s dropout(x) Aᵀ Bᵀ`.
public struct LowRankChange {
  /// A, `[r, in]`.
  public let a: Variable
  /// B, `[out, r]`.
  public let b: Variable
  /// s.
  public let scale: Float
  /// Dropout of the input; nil: none.
  public let dropout: (rate: Float, seed: UInt32)?

  /// Describes a change.
  public init(a: Variable, b: Variable, scale: Float, dropout: (rate: Float, seed: UInt32)? = nil) {
    precondition(
      a.shape.rank == 2 && b.shape.rank == 2 && a.shape[0] == b.shape[1], "no product of \(b.shape) and \(a.shape)")
    (self.a, self.b, self.scale, self.dropout) = (a, b, scale, dropout)
  }
}

/// `y = x Wᵀ + Σ s d Aᵀ Bᵀ` with d = dropout(x): a linear layer with low-rank changes beside it (LoRA, 2106.09685, eq. 3).
///
/// `x` is `[T, in]`, `weight` is `[out, in]`. The thin products add to the wide one's result where it stands. With
/// t = s d Aᵀ, which is kept, and u = s ∂y B: `∂x = ∂y W + m u A` (m: dropout's mask), `∂A = uᵀ d`, `∂B = ∂yᵀ t`. The
/// weight itself is not differentiated.
public func lowRankLinear(_ x: Variable, _ weight: Variable, _ changes: [LowRankChange]) -> Variable {
  let (rows, inputs, outputs) = (x.shape[0], weight.shape[1], weight.shape[0])
  precondition(
    x.shape.width == inputs && changes.allSatisfy { $0.a.shape[1] == inputs && $0.b.shape[0] == outputs },
    "changes that do not fit a weight of \(weight.shape) or an input of \(x.shape)")
  precondition(!weight.requiresGradient, "the weight beside a low-rank change stays as it is")
  let y = Tensor(uninitialized: [rows, outputs], x.elementType)
  multiply(
    MatrixOperand(x.value), MatrixOperand(weight.value(forProductsIn: x.elementType), transposed: true),
    into: MatrixOperand(y), m: rows, n: outputs, k: inputs)
  let narrows = changes.map { $0.forward(x.value, addingTo: y) }
  return .result(.lowRankLinear, y, of: [x] + changes.flatMap { [$0.a, $0.b] }) {
    [dx = x.node, kept = changes.contains { $0.a.requiresGradient } ? x : nil] dy in
    if let (sum, adding) = dx?.gradientBuffer() {
      multiply(
        MatrixOperand(dy), MatrixOperand(weight.value(forProductsIn: dy.elementType)), into: MatrixOperand(sum),
        m: rows,
        n: inputs, k: outputs, adding: adding)
    }
    for (change, narrow) in zip(changes, narrows) { change.backward(dy, narrow, input: kept, dx) }
  }
}

extension LowRankChange {
  private var rank: Int { a.shape[0] }

  /// Adds the change's part to `y` and returns t, `[T, r]`.
  fileprivate func forward(_ x: Tensor, addingTo y: Tensor) -> Tensor {
    let (rows, type) = (x.shape[0], x.elementType)
    let narrow = Tensor(uninitialized: [rows, rank], type)
    multiply(
      MatrixOperand(dropping(x)), MatrixOperand(a.value(as: type), transposed: true), into: MatrixOperand(narrow),
      m: rows, n: rank, k: x.shape.width)
    let t = scaled(narrow, by: scale)
    multiply(
      MatrixOperand(t), MatrixOperand(b.value(as: type), transposed: true), into: MatrixOperand(y), m: rows,
      n: y.shape.width, k: rank, adding: true)
    return t
  }

  /// Adds to the gradients of A, B and, where `dx` wants it, of the input.
  fileprivate func backward(_ dy: Tensor, _ t: Tensor, input: Variable?, _ dx: Node?) {
    let (rows, inputs, outputs, type) = (dy.shape[0], a.shape[1], b.shape[0], dy.elementType)
    if let (db, adding) = b.node?.gradientBuffer() {
      multiply(
        MatrixOperand(dy, transposed: true), MatrixOperand(t), into: MatrixOperand(db), m: outputs, n: rank, k: rows,
        adding: adding)
    }
    guard dx != nil || a.requiresGradient else { return }
    let back = Tensor(uninitialized: [rows, rank], type)
    multiply(
      MatrixOperand(dy), MatrixOperand(b.value(as: type)), into: MatrixOperand(back), m: rows, n: rank, k: outputs)
    let u = scaled(back, by: scale)
    if let input, let (da, adding) = a.node?.gradientBuffer() {
      multiply(
        MatrixOperand(u, transposed: true), MatrixOperand(dropping(input.value)), into: MatrixOperand(da), m: rank,
        n: inputs, k: rows, adding: adding)
    }
    guard let dx else { return }
    if dropout == nil {
      let (sum, adding) = dx.gradientBuffer()
      multiply(
        MatrixOperand(u), MatrixOperand(a.value(as: type)), into: MatrixOperand(sum), m: rows, n: inputs, k: rank,
        adding: adding)
    } else {
      let part = Tensor(uninitialized: [rows, inputs], type)
      multiply(
        MatrixOperand(u), MatrixOperand(a.value(as: type)), into: MatrixOperand(part), m: rows, n: inputs, k: rank)
      dx.accumulate(dropping(part))
    }
  }

  private func dropping(_ tensor: Tensor) -> Tensor {
    dropout.map { dropped(tensor, $0.rate, $0.seed) } ?? tensor
  }
}
