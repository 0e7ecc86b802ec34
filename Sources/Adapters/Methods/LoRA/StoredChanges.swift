import LanguageModels

/// Which modules of a model a stored LoRA or DoRA changes: those that its configuration targets and its file has tensors of.
struct StoredChanges {
  /// The modules with a change.
  private(set) var modules: [TargetModule] = []
  /// Whether the head takes the embedding's change, turned over: PEFT's `ensure_weight_tying` with a tied model.
  private(set) var headSharesEmbedding = false
  /// Tensors of modules that the configuration does not target. PEFT passes them over.
  private(set) var unused: [String] = []
  /// Factors A whose B, which starts at zero, the file lacks.
  private(set) var ineffective: [String] = []
  /// Tensors of targeted modules that the file lacks. PEFT starts them, which changes nothing.
  private(set) var missing: [String] = []
  /// The names of targeted modules.
  private(set) var targeted: [String] = []
  /// Why a module's tensors mean nothing without one that the file lacks; nil: there is none such.
  private(set) var incomplete: String?

  /// Compares what a configuration targets with what a file holds.
  ///
  /// - Parameter stored: whether the file has a tensor of a name.
  init(
    _ settings: LoRA, isWeightDecomposed: Bool, in model: DecoderConfiguration, stored: (String) -> Bool
  ) {
    let outer = model.outerTargets
    let ties = settings.tiesWeights && model.tiesEmbeddings
    let tieIsTargeted = ties && outer.contains { settings.selection?.includes($0) ?? false }
    for module in model.targetModules {
      let names = Names(module, of: settings, isWeightDecomposed, stored)
      let isTied = tieIsTargeted && module.kind != .layer
      let isTargeted = isTied ? true : settings.selection?.includes(module)
      if isTargeted == false {
        unused += names.all.filter(stored)
        continue
      }
      if isTargeted == true { targeted.append(module.name) }
      if isTied, module.kind == .head, !stored(names.a), !stored(names.b) {
        headSharesEmbedding = true
        continue
      }
      guard isTargeted == true || names.all.contains(where: stored) else { continue }
      missing += names.all.filter { !stored($0) }
      let held = names.all.filter(stored)
      if held.starts(with: [names.a, names.b]) {
        modules.append(module)
      } else if held == [names.a] {
        ineffective += held
      } else if let first = held.first(where: { $0 != names.a }) {
        let lacking = [names.a, names.b].filter { !stored($0) }
        incomplete =
          incomplete ?? "the file has '\(first)' and lacks '\(lacking[0])', without which it means nothing"
      }
    }
  }

  /// The names of a module's tensors.
  private struct Names {
    let a, b: String
    let all: [String]

    init(
      _ module: TargetModule, of settings: LoRA, _ isWeightDecomposed: Bool, _ stored: (String) -> Bool
    ) {
      let isTable = module.kind == .embedding && !(settings.selection?.namesParameter(module) ?? false)
      let place = module.place
      (a, b) =
        isTable
        ? (place + ".lora_embedding_A", place + ".lora_embedding_B")
        : (place + ".lora_A.weight", place + ".lora_B.weight")
      all =
        [a, b] + (isWeightDecomposed ? [place + ".lora_magnitude_vector"] : [])
        + (settings.hasBias && !isTable ? [place + ".lora_B.bias"] : [])
    }
  }
}

extension LoRA {
  package func notes(for model: DecoderConfiguration, stored: (String) -> Bool) -> [String] {
    notes(for: model, isWeightDecomposed: false, stored: stored)
  }

  /// What a user should know of a stored adapter, DoRA's too.
  func notes(
    for model: DecoderConfiguration, isWeightDecomposed: Bool, stored: (String) -> Bool
  ) -> [String] {
    let changes = StoredChanges(self, isWeightDecomposed: isWeightDecomposed, in: model, stored: stored)
    var notes = StoredParts.notes(missing: changes.missing, unused: changes.unused)
    if selection?.isEvaluated == false {
      notes.append(
        "target_modules is a pattern that Attune does not evaluate; every layer that the file has tensors of is changed"
      )
    }
    let targeted =
      changes.targeted
      + model.targetModules.filter { selection?.namesParameter($0) ?? false }
      .map { $0.name + ".weight" }
    for (key, unmatched) in [
      ("rank_pattern", rankPattern.unmatched(targeted)), ("alpha_pattern", alphaPattern.unmatched(targeted)),
    ] where !unmatched.isEmpty && !changes.targeted.isEmpty {
      notes.append("\(key): \(unmatched.joined(separator: ", ")) matches no layer that the adapter targets")
    }
    return notes
  }
}

/// What is said of tensors that a stored adapter should have, or should not.
enum StoredParts {
  /// Notes on tensors that the file lacks and on tensors that are not used, by their names and number.
  static func notes(missing: [String], unused: [String]) -> [String] {
    [
      missing.isEmpty
        ? nil
        : "the file lacks \(list(missing)) of layers that adapter_config.json targets; as in PEFT, they are at their start, which changes nothing",
      unused.isEmpty
        ? nil
        : "the file has \(list(unused)) that adapter_config.json does not ask for; as in PEFT, these are not used",
    ].compactMap { $0 }
  }

  /// `3 tensors ('a', 'b' and 1 more)`.
  static func list(_ names: [String]) -> String {
    let shown = names.prefix(4).map { "'\($0)'" }.joined(separator: ", ")
    return "\(names.count) tensor\(names.count == 1 ? "" : "s") (\(shown)"
      + (names.count > 4 ? " and \(names.count - 4) more)" : ")")
  }
}
