import Autodiff
import LanguageModels
import Tensors

/// Trains copies of some of the model's modules in their place.
///
/// - Parameter roles: the modules as recipes name them (``OuterModule/role``): `embed_tokens`.
func trainWhole(
  _ roles: [String], on model: LanguageModel, _ tensors: AdapterTensors, _ attachments: inout Attachments
) throws {
  var shared: Variable?
  for weight in model.configuration.weights(ofModules: roles) where tensors.has(fileNamePrefix + weight) {
    let isTied = model.configuration.tiedWeights.contains(weight)
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
  let own = model.configuration.parameterName(of: name)
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
  for weight in model.configuration.weights where weight.kind == .norm || andBiases && weight.kind == .bias {
    guard tensors.has(fileNamePrefix + weight.name) else { continue }
    try trainWhole(weight: weight.name, on: model, tensors, &attachments)
  }
  return attachments
}

/// What a user should know of a stored adapter that trained norms, and biases where asked for: those that its file lacks.
func notesOnNorms(
  of model: DecoderConfiguration, andBiases: Bool, stored: (String) -> Bool
) -> [String] {
  let names = model.weights.filter { $0.kind == .norm || andBiases && $0.kind == .bias }.map {
    fileNamePrefix + $0.name
  }
  return StoredParts.notes(missing: names.filter { !stored($0) }, unused: [])
}
