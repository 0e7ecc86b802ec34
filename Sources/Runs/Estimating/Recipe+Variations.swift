import Adapters
import LanguageModels
import Recipes
import Tensors

/// A change that needs less memory.
private struct MemorySaving {
  /// As it is written on the command line.
  let changes: [String]
  /// Whether it makes sense beside a LoRA adapter, whose own weights are few.
  var isForAdapters = true
  let apply: (inout Recipe) -> Void

  /// What it changes.
  var keys: [Substring] { changes.map { $0.prefix { $0 != "=" } } }
}

extension [MemorySaving] {
  /// Those that make sense together: of several for one key the last, which is the strongest. Freeing gradients early needs
  /// steps of one micro-batch, and goes with no smaller ones.
  fileprivate var combined: [MemorySaving] {
    let hasSmallerBatches = contains { $0.keys.contains("training.micro_batch_size") }
    return enumerated().filter { index, part in
      !self[(index + 1)...].contains { later in part.keys.allSatisfy(later.keys.contains) }
        && !(hasSmallerBatches && part.keys.contains("optimizer.in_backward"))
    }.map(\.element)
  }
}

extension Recipe {
  /// The recipe with some changes, as they are written on the command line.
  typealias Variation = (changes: [String], recipe: Recipe)

  /// Changes that need less memory, each alone and then the strongest together; those that make no difference to this
  /// recipe are left out.
  var smallerVariations: [Variation] {
    let single = computationSavings + (adapter == nil ? fullTrainingSavings : [])
    func variation(_ parts: [MemorySaving]) -> Variation {
      var changed = self
      for part in parts { part.apply(&changed) }
      return (parts.flatMap(\.changes), changed)
    }
    var together = [single.combined]
    // An adapter needs a model that has learned something: none is trained on random weights.
    var adapted: [MemorySaving] = []
    if adapter == nil, case .path = model.source {
      adapted = [
        MemorySaving(changes: ["adapter.method=lora"]) {
          $0.adapter = AdapterConfiguration(LoRA())
          ($0.model.master, $0.optimizer.moments, $0.optimizer.isInBackward) = (.float32, .float32, false)
        }
      ]
      together.append(single.filter(\.isForAdapters).combined + adapted)
    }
    return (single + adapted).map { variation([$0]) } + together.filter { $0.count > 1 }.map(variation)
  }

  /// Changes of what a step keeps and computes.
  private var computationSavings: [MemorySaving] {
    var savings: [MemorySaving] = []
    if model.activationCheckpointing == .none {
      savings.append(
        MemorySaving(changes: ["model.activation_checkpointing=selective"]) {
          $0.model.activationCheckpointing = .selective
        })
    }
    if model.activationCheckpointing != .full {
      savings.append(
        MemorySaving(changes: ["model.activation_checkpointing=full"]) { $0.model.activationCheckpointing = .full })
    }
    if model.precision == .float32 {
      savings.append(MemorySaving(changes: ["model.precision=bfloat16"]) { $0.model.precision = .bfloat16 })
    }
    let micro = min(training.microBatchSize, training.batchSize)
    // A step that frees its gradients is one micro-batch.
    for size in Set([micro / 2, 1]).sorted(by: >) where 1..<micro ~= size && !optimizer.isInBackward {
      savings.append(
        MemorySaving(changes: ["training.micro_batch_size=\(size)"]) { $0.training.microBatchSize = size })
    }
    return savings
  }

  /// Changes of what full fine-tuning holds of every weight.
  private var fullTrainingSavings: [MemorySaving] {
    var savings: [MemorySaving] = []
    if optimizer.moments == .float32 {
      savings.append(
        MemorySaving(changes: ["optimizer.moments=int8"], isForAdapters: false) { $0.optimizer.moments = .int8 })
    }
    if model.master == .float32 {
      let precision = model.precision == .float32 ? ["model.precision=bfloat16"] : []
      savings.append(
        MemorySaving(changes: precision + ["model.master=none"], isForAdapters: false) {
          ($0.model.precision, $0.model.master) = (.bfloat16, .none)
        })
    }
    if !optimizer.isInBackward, training.microBatchSize >= training.batchSize {
      savings.append(
        MemorySaving(changes: ["optimizer.in_backward=true"], isForAdapters: false) { $0.optimizer.isInBackward = true }
      )
    }
    return savings
  }
}
