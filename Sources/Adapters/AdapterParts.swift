import Autodiff
import LanguageModels
import Tensors

/// What a method puts into a model, and how the result is written.
struct AdapterParts {
  /// What goes into the model.
  var attachments = Attachments()
  /// The adapter in the form that other programs read, where that is another than the one that is trained: a prefix
  /// without the network that computed it, PiSSA as an ordinary LoRA.
  var folded: (() -> AdapterForm)?
}

/// An adapter as it stands in a file.
public struct AdapterForm {
  /// What `adapter_config.json` says.
  public var configuration: AdapterConfiguration
  /// Its tensors, float32.
  public var tensors: [(name: String, value: Tensor)]
}

/// A part that can be multiplied into the weights of the layer it stands at.
protocol FoldingAdapter: LinearAdapter {
  /// The weight `[out, in]` and bias `[out]` that alone compute what layer and adapter compute together, in float32.
  func fold(_ weight: Tensor, _ bias: Tensor?) -> (weight: Tensor, bias: Tensor?)
}

/// What PEFT puts before the names of a model's own modules.
let fileNamePrefix = "base_model.model."
