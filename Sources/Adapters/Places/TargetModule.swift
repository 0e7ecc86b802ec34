import LanguageModels

/// A module of a model that can have a part of its own: a linear layer, the vocabulary's head, or the embedding.
struct TargetModule {
  /// What a module does with its weight.
  enum Kind {
    /// A linear layer inside the blocks.
    case layer
    /// The vocabulary's head, a linear layer too.
    case head
    /// The table that turns tokens into rows.
    case embedding
  }

  let kind: Kind
  /// The weight's name without `.weight`.
  let name: String
  /// The block that the module belongs to, where it belongs to one.
  let layer: Int?
  let outputs: Int
  let inputs: Int
}

extension TargetModule {
  /// A linear layer inside the blocks.
  init(_ linear: LinearDescription) {
    self.init(
      kind: .layer, name: linear.name, layer: linear.layer, outputs: linear.outputs, inputs: linear.inputs)
  }
}

extension DecoderConfiguration {
  /// All modules that can have a part, the linear layers first.
  var targetModules: [TargetModule] {
    linears.map { TargetModule($0) } + outerTargets
  }

  /// The modules outside the blocks that can have a part.
  var outerTargets: [TargetModule] {
    let table = TargetModule(
      kind: .embedding, name: embeddingName, layer: nil, outputs: hiddenSize, inputs: vocabularySize)
    guard head == .vocabulary else { return [table] }
    let head = TargetModule(
      kind: .head, name: vocabularyHeadName, layer: nil, outputs: vocabularySize, inputs: hiddenSize)
    return [head, table]
  }
}

extension AdapterTargets {
  /// Whether a module is among them; head and embedding are named, never among all.
  func includes(_ module: TargetModule) -> Bool {
    if case .all = self { return module.kind == .layer }
    return include(module.name)
  }
}
