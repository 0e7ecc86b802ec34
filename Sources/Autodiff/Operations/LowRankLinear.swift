import Tensors

/// A low-rank change of a linear layer, `s dropout(x) Aᵀ Bᵀ`.
public struct LowRankChange {
  /// A, `[r, in]`.
  public let a: Variable
  /// B, `[out, r]`.
  public let b: Variable
  /// s.
  public let scale: Float
  /// Dropout of the input; nil where there is none.
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
/// `x` is `[T, in]`, `weight` is `[out, in]`. The thin products add to the wide one's result in place. With t = s d Aᵀ, which
/// is kept, and u = s ∂y B: `∂x = ∂y W + m u A` (m: dropout's mask), `∂A = uᵀ d`, `∂B = ∂yᵀ t`. The weight itself is not
/// differentiated.
public func lowRankLinear(_ x: Variable, _ weight: Variable, _ changes: [LowRankChange]) -> Variable {
  let (rows, inputs, outputs) = (x.shape[0], weight.shape[1], weight.shape[0])
  precondition(
    x.shape.width == inputs && changes.allSatisfy { $0.a.shape[1] == inputs && $0.b.shape[0] == outputs },
    "changes that do not fit a weight of \(weight.shape) or an input of \(x.shape)")
  precondition(!weight.requiresGradient, "the weight beside a low-rank change is frozen")
  let y = Tensor(uninitialized: [rows, outputs], x.elementType)
  let narrows = changes.map { $0.narrowed(x.value) }
  let wide = Factors(
    MatrixOperand(x.value), MatrixOperand(weight.value(forProductsIn: x.elementType), transposed: true))
  multiply([wide] + zip(changes, narrows).map { $0.widening($1) }, into: MatrixOperand(y))
  return .result(.lowRankLinear, y, of: [x] + changes.flatMap { [$0.a, $0.b] }) {
    [dx = x.node, kept = changes.contains { $0.a.requiresGradient } ? x : nil] dy in
    let ups = zip(changes, narrows).map { $0.backward(dy, $1, input: kept, needsInput: dx != nil) }
    guard let dx else { return }
    let wide = Factors(MatrixOperand(dy), MatrixOperand(weight.value(forProductsIn: dy.elementType)))
    let (sum, adding) = dx.gradientBuffer()
    let thin = zip(changes, ups).compactMap { change, u in u.flatMap { change.dropout == nil ? change.back($0) : nil } }
    multiply([wide] + thin, into: MatrixOperand(sum), adding: adding)
    for (change, u) in zip(changes, ups) where change.dropout != nil {
      guard let u else { continue }
      let part = Tensor(uninitialized: [rows, inputs], dy.elementType)
      multiply([change.back(u)], into: MatrixOperand(part))
      dx.accumulate(change.dropping(part))
    }
  }
}

extension LowRankChange {
  private var rank: Int { a.shape[0] }

  /// t, `[T, r]`.
  fileprivate func narrowed(_ x: Tensor) -> Tensor {
    let type = x.elementType
    let narrow = Tensor(uninitialized: [x.shape[0], rank], type)
    multiply(
      MatrixOperand(dropping(x)), MatrixOperand(a.value(as: type), transposed: true), into: MatrixOperand(narrow))
    return scale * narrow
  }

  /// `t Bᵀ`, the change's part of the result.
  fileprivate func widening(_ t: Tensor) -> Factors {
    Factors(MatrixOperand(t), MatrixOperand(b.value(as: t.elementType), transposed: true))
  }

  /// `u A`, the change's part of the input's gradient, before dropout's mask.
  fileprivate func back(_ u: Tensor) -> Factors {
    Factors(MatrixOperand(u), MatrixOperand(a.value(as: u.elementType)))
  }

  /// Adds to the gradients of A and B, and returns u, `[T, r]`, where a gradient needs it.
  fileprivate func backward(_ dy: Tensor, _ t: Tensor, input: Variable?, needsInput: Bool) -> Tensor? {
    let type = dy.elementType
    b.node?.contributeProduct(MatrixOperand(dy, transposed: true), MatrixOperand(t))
    guard needsInput || a.requiresGradient else { return nil }
    let back = Tensor(uninitialized: [dy.shape[0], rank], type)
    multiply(MatrixOperand(dy), MatrixOperand(b.value(as: type)), into: MatrixOperand(back))
    let u = scale * back
    if let input {
      a.node?.contributeProduct(MatrixOperand(u, transposed: true), MatrixOperand(dropping(input.value)))
    }
    return u
  }

  fileprivate func dropping(_ tensor: Tensor) -> Tensor {
    dropout.map { Tensors.dropout(tensor, rate: $0.rate, seed: $0.seed) } ?? tensor
  }
}
