import Adapters
import LanguageModels
import Optimization

/// What is trained in a step that is measured.
public enum BenchmarkedTraining: Sendable {
  /// All of the model.
  case full
  /// LoRA in its usual comparison: rank 8 on all linear layers.
  case lora

  /// Whether the model's own weights stay as they are, and are then held as the precision has them.
  var isFrozen: Bool { self == .lora }

  /// Multiplications and additions a token and weight of the model: 4 where the weights have no gradient.
  var operationsPerWeight: Double { isFrozen ? 4 : 6 }

  /// The parameters, attached to the model where they are not its own.
  func parameters(of model: LanguageModel) throws -> [Parameter] {
    switch self {
    case .full: return model.parameters.map { Parameter($0.name, $0.variable) }
    case .lora:
      var settings = LoRA()
      settings.targets = .all
      let adapter = try Adapter(AdapterConfiguration(settings), on: model, seed: 1)
      model.attachments = adapter.attachments
      return adapter.parameters
    }
  }
}
