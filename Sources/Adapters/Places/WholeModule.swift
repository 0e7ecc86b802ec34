import Autodiff
import LanguageModels
import Tensors

/// A module of the model that can be trained whole beside an adapter, by its name in recipes (`train_also`).
enum WholeModule: String, CaseIterable {
  case embedding = "embed_tokens"
  case head = "lm_head"
  case norm

  /// All names in recipes.
  static let names = allCases.map(\.rawValue)

  /// The name of its weight in the model's files.
  var weightName: String {
    switch self {
    case .embedding: "model.embed_tokens.weight"
    case .head: OutputHead.vocabulary.weightName
    case .norm: "model.norm.weight"
    }
  }

  /// The modules of some names. Embedding and head of a tied model share one tensor and come together.
  static func named(_ names: [String], in model: DecoderConfiguration) -> [WholeModule] {
    let modules = allCases.filter { names.contains($0.rawValue) && !($0 == .head && model.head == .score) }
    guard model.tiesEmbeddings, modules.contains(where: { $0 != .norm }) else { return modules }
    return allCases.filter { $0 != .norm || modules.contains($0) }
  }
}

/// Trains copies of some of the model's modules in their place.
///
/// - Parameter names: the modules as recipes name them: `embed_tokens`, `lm_head`, `norm`.
func trainWhole(
  _ names: [String], on model: LanguageModel, _ tensors: AdapterTensors, _ attachments: inout Attachments
) throws {
  var shared: Variable?
  for module in WholeModule.named(names, in: model.configuration) {
    let weight = module.weightName
    guard tensors.has(fileNamePrefix + weight) else { continue }
    let isTied = model.configuration.tiesEmbeddings && module != .norm
    if isTied, !tensors.areRead, let shared {
      // Written under both names: in a file with only one of them, the other stays as it is.
      tensors.add(fileNamePrefix + weight, alias: shared)
      attachments.weights[weight] = shared
    } else {
      let copy = try trainWhole(weight: weight, on: model, tensors, &attachments)
      if isTied { shared = copy }
    }
  }
}

/// Trains a copy of one weight, by its name in the model's files.
@discardableResult
func trainWhole(
  weight name: String, on model: LanguageModel, _ tensors: AdapterTensors, _ attachments: inout Attachments
) throws -> Variable {
  let isTiedHead = model.configuration.tiesEmbeddings && name == WholeModule.head.weightName
  let own = isTiedHead ? WholeModule.embedding.weightName : name
  guard let base = model.parameters.first(where: { $0.name == own })?.variable else {
    preconditionFailure("this model has no weight \(name)")
  }
  let copy = try tensors.make(fileNamePrefix + name, base.shape) { _ in
    base.elementType == .float32 ? base.value.copy() : base.value.cast(to: .float32)
  }
  attachments.weights[name] = copy
  return copy
}

/// Trains copies of all norms in place of the model's own, and of all biases where asked for.
func trainNorms(on model: LanguageModel, andBiases: Bool, _ tensors: AdapterTensors) throws -> Attachments {
  var attachments = Attachments()
  for (name, _) in model.parameters where name.hasSuffix("norm.weight") || andBiases && name.hasSuffix(".bias") {
    guard tensors.has(fileNamePrefix + name) else { continue }
    try trainWhole(weight: name, on: model, tensors, &attachments)
  }
  return attachments
}
