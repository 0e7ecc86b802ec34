import LanguageModels
import Tensors

/// A part that can be multiplied into the weights of its layer.
protocol FoldingAdapter: LinearAdapter {
  /// The weight `[out, in]` and bias `[out]` that alone compute what layer and adapter compute together, in float32.
  func fold(_ weight: Tensor, _ bias: Tensor?) -> (weight: Tensor, bias: Tensor?)
}
