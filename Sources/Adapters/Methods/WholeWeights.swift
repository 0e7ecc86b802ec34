import Autodiff
import LanguageModels
import Tensors

/// Copies of the model's own weights, trained whole in their place.
///
/// - Parameter names: modules as recipes name them: `embed_tokens`, `lm_head`, `norm`.
func trainWhole(
  _ names: [String], on model: LanguageModel, _ tensors: AdapterTensors, _ attachments: inout Attachments
) throws {
  var weights = wholeModules.filter { names.contains($0.module) }.map(\.weight)
  if model.configuration.head == .score { weights.removeAll { $0 == OutputHead.vocabulary.weightName } }
  // A tied model has one tensor for both; a file may hold either.
  if model.configuration.tiesEmbeddings, weights.contains(where: { $0 != "model.norm.weight" }) {
    weights = wholeModules.map(\.weight).filter { $0 != "model.norm.weight" || weights.contains($0) }
  }
  var shared: Variable?
  for weight in weights where tensors.has(fileNamePrefix + weight) {
    let isTied = model.configuration.tiesEmbeddings && weight != "model.norm.weight"
    if isTied, !tensors.areRead, let shared {
      // Written under both names: a file that holds only one means that the other stays as it is.
      tensors.add(fileNamePrefix + weight, alias: shared)
      attachments.weights[weight] = shared
    } else {
      let copy = try trainWhole(weight: weight, on: model, tensors, &attachments)
      if isTied { shared = copy }
    }
  }
}

/// A copy of one weight, by its name in the model's files.
@discardableResult
func trainWhole(
  weight name: String, on model: LanguageModel, _ tensors: AdapterTensors, _ attachments: inout Attachments
) throws -> Variable {
  let own = model.configuration.tiesEmbeddings && name == "lm_head.weight" ? "model.embed_tokens.weight" : name
  guard let base = model.parameters.first(where: { $0.name == own })?.variable else {
    preconditionFailure("\(name) is no weight of this model")
  }
  let copy = try tensors.make(fileNamePrefix + name, base.shape) { _ in
    base.elementType == .float32 ? base.value.copy() : base.value.cast(to: .float32)
  }
  attachments.weights[name] = copy
  return copy
}

/// What `train_also` may name, and the weight behind each.
let wholeModules: [(module: String, weight: String)] = [
  ("embed_tokens", "model.embed_tokens.weight"), ("lm_head", "lm_head.weight"), ("norm", "model.norm.weight"),
]

/// Puts copies of all norms and biases in the place of the model's own (BitFit, 2106.10199, for models whose biases are
/// few or none).
func trainNormsAndBiases(
  on model: LanguageModel, _ tensors: AdapterTensors, biases: Bool
) throws -> Attachments {
  var attachments = Attachments()
  for (name, _) in model.parameters where isNorm(name) || biases && name.hasSuffix(".bias") {
    guard tensors.has(fileNamePrefix + name) else { continue }
    try trainWhole(weight: name, on: model, tensors, &attachments)
  }
  return attachments
}

/// Whether a weight is that of a norm.
func isNorm(_ name: String) -> Bool { name.hasSuffix("norm.weight") }
