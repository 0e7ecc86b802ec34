import Autodiff
import LanguageModels
import Tensors

extension BottleneckAdapters {
  /// The factor of parallel adapters. 4: the paper's and the library `adapters`' (2110.04366, table 5).
  static let parallelScale: Float = 4

  /// The number of units in the middle, at least 1.
  public func units(hiddenSize: Int) -> Int {
    switch width {
    case .units(let units): units
    case .reduction(let factor): max(1, Int(clamping: Int64(min(Double(hiddenSize) / factor, 1e9))))
    }
  }

  /// Bottlenecks at the places that the library `adapters` 1.3 gives them in a Llama:
  ///
  /// - houlsby (`DoubleSeqBnConfig`): after attention and after the feed-forward, each before the residual addition:
  ///   `x = h + y + up(f(down(y)))` for a sublayer's output y and the residual stream h;
  /// - pfeiffer (`SeqBnConfig`): after the feed-forward's residual addition, as in the paper, whose model has its norm
  ///   there: `x = h + y + up(f(down(h + y)))`;
  /// - parallel (`ParBnConfig`): `x = h + y + 4 up(f(down(h)))`.
  package func attachments(for model: LanguageModel, _ tensors: AdapterTensors) throws -> Attachments {
    var attachments = trainNorms ? try Adapters.trainNorms(on: model, andBiases: false, tensors) : Attachments()
    let outputs = model.configuration.layers.flatMap { layer in
      placement == .houlsby ? [layer.attention.output, layer.feedForward.down] : [layer.feedForward.down]
    }
    for output in outputs {
      let (layer, bottleneck) = (output.layer, try bottleneck(at: output.name, of: model, tensors))
      switch placement {
      case .houlsby: attachments.linears[output.name] = BottleneckAfterLinear(bottleneck: bottleneck)
      case .pfeiffer: attachments.feedForwards[layer] = { _, after in bottleneck(after) }
      case .parallel: attachments.feedForwards[layer] = { before, _ in Self.parallelScale * bottleneck(before) }
      }
    }
    return attachments
  }

  /// The library `adapters` starts near the identity: both weights with a deviation of 0.02, as in BERT. Here `up` starts
  /// at zero, as in parallel adapters (2110.04366), so that nothing at all changes before the first step.
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

/// A bottleneck: `up(f(down(x)))` with biases, from `[T, C]` to `[T, C]` (1902.00751).
private struct Bottleneck {
  let down, up: (weight: Variable, bias: Variable)
  let activation: BottleneckAdapters.Activation
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

/// A bottleneck after a linear layer: `y = x + up(f(down(x)))` of its output x.
private struct BottleneckAfterLinear: LinearAdapter {
  let bottleneck: Bottleneck

  func apply(_ layer: Linear, to x: Variable, _ pass: Pass) -> Variable {
    let y = layer(x)
    return y + bottleneck(y)
  }
}
