import LanguageModels
import Optimization

extension LanguageModel {
  /// All parameters, as an optimizer takes them.
  var trained: [Parameter] { parameters.map { Parameter($0.name, $0.variable) } }
}
