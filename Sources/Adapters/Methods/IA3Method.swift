import Autodiff
import LanguageModels
import Tensors

/// IA3 at one layer (2205.05638, §3.3): learned factors of the layer's outputs, or of its inputs.
struct LearnedScale: FoldingAdapter {
  /// One factor an output, `[out, 1]`, or an input, `[1, in]`.
  let factors: Variable
  let scalesInput: Bool

  private var row: Variable { factors.reshaped([factors.shape.count]) }

  func apply(_ layer: Linear, to x: Variable, _ pass: Pass) -> Variable {
    scalesInput ? layer(multiplyRow(x, row)) : multiplyRow(layer(x), row)
  }

  func fold(_ weight: Tensor, _ bias: Tensor?) -> (weight: Tensor, bias: Tensor?) {
    let factors = withoutGradients { row.value }
    if scalesInput { return (withoutGradients { multiplyRow(Variable(weight), Variable(factors)).value }, bias) }
    let scaledBias = bias.map { bias in withoutGradients { (Variable(bias) * Variable(factors)).value } }
    return (multipliedRows(weight, factors), scaledBias)
  }
}

extension AdapterConfiguration.IA3 {
  /// Puts learned factors at every layer that is asked for; all begin at 1.
  func build(on model: LanguageModel, _ tensors: AdapterTensors) throws -> Attachments {
    var attachments = Attachments()
    for (_, linear) in model.linears {
      let name = "\(fileNamePrefix)\(linear.name).ia3_l"
      guard tensors.areRead ? tensors.has(name) : targets.include(linear.name) else { continue }
      let scalesInput = AdapterConfiguration.Targets.names(feedforwardTargets).include(linear.name)
      let count = scalesInput ? linear.inputs : linear.outputs
      // PEFT's shapes: a row of inputs, a column of outputs.
      let shape: Shape = scalesInput ? [1, count] : [count, 1]
      let factors = try tensors.make(name, shape) { _ in Tensor(repeating: 1, shape) }
      attachments.linears[linear.name] = LearnedScale(factors: factors, scalesInput: scalesInput)
    }
    return attachments
  }
}
