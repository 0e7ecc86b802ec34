import Autodiff
import LanguageModels
import Tensors

/// A bottleneck: `up(f(down(x)))` with biases, from `[T, C]` to `[T, C]` (1902.00751).
struct Bottleneck {
  let down, up: (weight: Variable, bias: Variable)
  let activation: AdapterConfiguration.Bottleneck.Activation
  /// The element type of its products.
  let precision: ElementType

  func callAsFunction(_ x: Variable) -> Variable {
    let inner = linear(x.cast(to: precision), down.weight, bias: down.bias)
    let active =
      switch activation {
      case .relu: relu(inner)
      case .gelu: gelu(inner)
      case .silu: silu(inner)
      }
    return linear(active, up.weight, bias: up.bias)
  }
}

/// A bottleneck behind a linear layer: `y = x + up(f(down(x)))` of its output x.
struct BottleneckBehind: LinearAdapter {
  let bottleneck: Bottleneck

  func apply(_ layer: Linear, to x: Variable, _ pass: Pass) -> Variable {
    let y = layer(x)
    return y + bottleneck(y)
  }
}

extension AdapterConfiguration.Bottleneck {
  /// Parallel adapters' factor: 4, the paper's and the library `adapters`' (2110.04366, table 5).
  static let parallelScale: Float = 4

  /// The number of units in the middle, at least 1.
  public func units(hiddenSize: Int) -> Int {
    switch width {
    case .units(let units): units
    case .reduction(let factor): max(1, Int(clamping: Int64(min(Double(hiddenSize) / factor, 1e9))))
    }
  }

  /// Puts bottlenecks where the library `adapters` 1.3 has them in a Llama:
  ///
  /// - houlsby (`DoubleSeqBnConfig`): behind attention and feed-forward each, before the residual addition:
  ///   `x = h + y + up(f(down(y)))` for a sublayer's output y and the residual stream h;
  /// - pfeiffer (`SeqBnConfig`): behind the feed-forward's residual addition, as in the paper, whose model has its norm
  ///   there: `x = h + y + up(f(down(h + y)))`;
  /// - parallel (`ParBnConfig`): `x = h + y + 4 up(f(down(h)))`.
  func build(on model: LanguageModel, _ tensors: AdapterTensors) throws -> Attachments {
    var attachments = Attachments()
    if trainNorms { attachments = try trainNormsAndBiases(on: model, tensors, biases: false) }
    let outputs = model.configuration.layers.flatMap { layer in
      placement == .houlsby ? [layer.attention.output, layer.feedForward.down] : [layer.feedForward.down]
    }
    for output in outputs {
      let (layer, bottleneck) = (output.layer, try bottleneck(at: output.name, of: model, tensors))
      switch placement {
      case .houlsby: attachments.linears[output.name] = BottleneckBehind(bottleneck: bottleneck)
      case .pfeiffer: attachments.feedForwards[layer] = { _, after in bottleneck(after) }
      case .parallel: attachments.feedForwards[layer] = { before, _ in Self.parallelScale * bottleneck(before) }
      }
    }
    return attachments
  }

  /// Near-identity at the start: the library `adapters` draws both weights with a deviation of 0.02 as in BERT; here `up`
  /// is zero, so that nothing changes at all before the first step, as parallel adapters have it (2110.04366).
  private func bottleneck(
    at name: String, of model: LanguageModel, _ tensors: AdapterTensors
  ) throws -> Bottleneck {
    let (outer, inner) = (model.configuration.hiddenSize, units(hiddenSize: model.configuration.hiddenSize))
    let place = name + ".adapter."
    func bias(_ part: String, _ count: Int) throws -> Variable {
      try tensors.make("\(place)\(part).bias", [count]) { _ in Tensor.zeros([count]) }
    }
    let down = try tensors.make(place + "down.weight", [inner, outer]) {
      let bound = 1 / Double(outer).squareRoot()
      return $0.uniformTensor([inner, outer], from: -bound, to: bound)
    }
    let up = try tensors.make(place + "up.weight", [outer, inner]) { _ in Tensor.zeros([outer, inner]) }
    return Bottleneck(
      down: (down, try bias("down", inner)), up: (up, try bias("up", outer)), activation: activation,
      precision: model.precision)
  }
}
