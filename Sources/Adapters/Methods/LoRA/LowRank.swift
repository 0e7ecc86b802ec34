import Autodiff
import LanguageModels
import Tensors

/// LoRA at one layer (2106.09685): `h = W₀x + s B A x`, with s = α / r.
///
/// PiSSA (2404.02948) starts A and B at the principal part of W₀ and subtracts that part from the weight. Here the weight
/// stays as it is, and the frozen start is subtracted beside it: `h = W₀x + s (B A - B₀ A₀) x`, the same function and the
/// same gradients, with nothing lost where the weight is bfloat16.
struct LowRank: FoldingAdapter, HeadAdapter {
  /// The layer's name, which decides dropout's seed.
  let name: String
  /// `[r, in]` and `[out, r]`.
  let a, b: Variable
  /// s.
  let scale: Float
  /// The share of the input that is dropped in training.
  let dropoutRate: Float
  /// A₀ and B₀, where the change does not start at zero.
  let start: (a: Variable, b: Variable)?
  /// What is added to the change before it is scaled, `[out]`: PEFT's `lora_bias`, which only files have.
  let bias: Variable?

  func apply(_ layer: Linear, to x: Variable, _ pass: Pass) -> Variable {
    let y = lowRankLinear(x, layer.weight.variable, changes(pass))
    return [layer.bias?.variable, bias.map { scale * $0 }].compactMap { $0 }.reduce(y) { addRow($0, $1) }
  }

  func parts(_ head: Linear, _ states: Variable, _ pass: Pass) -> [LogitPart] {
    let thin = changes(pass).map { change in
      let x = change.dropout.map { dropout(states, rate: $0.rate, seed: $0.seed) } ?? states
      return LogitPart(states: change.scale * linear(x, change.a), weight: change.b)
    }
    let constant = bias.map { bias in
      let count = states.shape[0]
      let factors = Tensor(repeating: scale, [count, 1]).cast(to: states.elementType)
      return LogitPart(states: Variable(factors), weight: bias.reshaped([bias.shape.count, 1]))
    }
    return [LogitPart(states: states, weight: head.weight.variable)] + thin + [constant].compactMap { $0 }
  }

  /// The change as the operation takes it.
  func changes(_ pass: Pass) -> [LowRankChange] {
    let dropout = pass.dropoutSeed.flatMap { seed -> (rate: Float, seed: UInt32)? in
      guard dropoutRate > 0 else { return nil }
      var stream = RandomStream(seed: seed, purpose: name)
      return (dropoutRate, UInt32(truncatingIfNeeded: stream.next()))
    }
    let change = LowRankChange(a: a, b: b, scale: scale, dropout: dropout)
    return [change] + (start.map { [LowRankChange(a: $0.a, b: $0.b, scale: -scale)] } ?? [])
  }

  func fold(_ weight: Tensor, _ bias: Tensor?) -> (weight: Tensor, bias: Tensor?) {
    let added = self.bias.map { own in
      (bias ?? Tensor.zeros(own.shape)).adding(own.value, scale: scale)
    }
    return (weight.adding(product, scale: scale), added ?? bias)
  }

  /// `B A`, or `B A - B₀ A₀`, `[out, in]`.
  private var product: Tensor {
    let now = matrix(b, a)
    guard let start else { return now }
    return now.adding(matrix(start.b, start.a), scale: -1)
  }

  private func matrix(_ b: Variable, _ a: Variable) -> Tensor { withoutGradients { matrixProduct(b, a).value } }
}

extension Tensor {
  /// `self + scale · other`, in float32.
  func adding(_ other: Tensor, scale: Float) -> Tensor {
    withoutGradients { (Variable(self) + scale * Variable(other)).value }
  }
}
