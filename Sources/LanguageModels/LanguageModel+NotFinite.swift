import Diagnostics
import Tensors

extension LanguageModel {
  /// The name of a weight that holds values which are not finite; nil where there is none.
  package var weightNotFinite: String? { parameters.first { !$0.variable.value.isFinite }?.name }

  /// Why a value that this model computed is not finite.
  ///
  /// - Parameter what: what was found not to be: `the loss`.
  public func notFinite(_ what: String) -> UserError {
    .training(
      "\(what) is not finite: "
        + (weightNotFinite.map { "the model's weight '\($0)' holds values that are not" }
          ?? "the model's weights are, so its adapter is not, or a product is too large for float32"))
  }
}
