import Adapters
import LanguageModels
import Recipes
import Tensors

extension Recipe {
  /// The recipe with some changes, as they are written on the command line.
  typealias Variation = (changes: [String], recipe: Recipe)

  /// Changes that need less memory, each alone and then the strongest together; those that make no difference to this
  /// recipe are left out.
  var smallerVariations: [Variation] {
    var single: [(change: String, apply: (inout Recipe) -> Void)] = []
    func add(_ change: String, _ apply: @escaping (inout Recipe) -> Void) { single.append((change, apply)) }
    if model.activationCheckpointing == .none {
      add("model.activation_checkpointing=selective") { $0.model.activationCheckpointing = .selective }
    }
    if model.activationCheckpointing != .full {
      add("model.activation_checkpointing=full") { $0.model.activationCheckpointing = .full }
    }
    if model.precision == .float32 { add("model.precision=bfloat16") { $0.model.precision = .bfloat16 } }
    let micro = min(training.microBatchSize, training.batchSize)
    for size in Set([micro / 2, 1]).sorted(by: >) where 1..<micro ~= size {
      add("training.micro_batch_size=\(size)") { $0.training.microBatchSize = size }
    }
    // An adapter needs a model that has learned something: none is trained on random weights.
    if adapter == nil, case .path = model.source {
      add("adapter.method=lora") { $0.adapter = AdapterConfiguration(LoRA()) }
    }
    func variation(_ parts: [(change: String, apply: (inout Recipe) -> Void)]) -> Variation {
      var changed = self
      for part in parts { part.apply(&changed) }
      return (parts.map(\.change), changed)
    }
    // The last of a key is the strongest.
    let strongest = single.enumerated().filter { index, part in
      !single[(index + 1)...].contains { $0.change.prefix { $0 != "=" } == part.change.prefix { $0 != "=" } }
    }.map(\.element)
    let kept = strongest.filter { !$0.change.hasPrefix("adapter.") }
    let together = [kept, strongest].filter { $0.count > 1 }.map(variation)
    return single.map { variation([$0]) } + (kept.count == strongest.count ? Array(together.prefix(1)) : together)
  }
}
