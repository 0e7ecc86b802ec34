import Autodiff
import LanguageModels
import Tensors

/// Copies of the model's own weights, trained whole in their place.
///
/// - Parameter names: modules as recipes name them, by ``OuterModule/role``.
func trainWhole(
  _ names: [String], on model: LanguageModel, _ tensors: AdapterTensors, _ attachments: inout Attachments
) throws {
  var shared: Variable?
  for weight in model.configuration.weights(ofModules: names) where tensors.has(fileNamePrefix + weight) {
    let isTied = model.configuration.tiedWeights.contains(weight)
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
  let own = model.configuration.parameterName(of: name)
  guard let base = model.parameters.first(where: { $0.name == own })?.variable else {
    preconditionFailure("\(name) is no weight of this model")
  }
  let copy = try tensors.make(fileNamePrefix + name, base.shape) { _ in
    base.elementType == .float32 ? base.value.copy() : base.value.cast(to: .float32)
  }
  attachments.weights[name] = copy
  return copy
}

/// Puts copies of all norms and biases in the place of the model's own (BitFit, 2106.10199, for models whose biases are
/// few or none).
func trainNormsAndBiases(
  on model: LanguageModel, _ tensors: AdapterTensors, biases: Bool
) throws -> Attachments {
  var attachments = Attachments()
  for weight in model.configuration.weights where weight.kind == .norm || biases && weight.kind == .bias {
    guard tensors.has(fileNamePrefix + weight.name) else { continue }
    try trainWhole(weight: weight.name, on: model, tensors, &attachments)
  }
  return attachments
}
