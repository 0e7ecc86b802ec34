import Autodiff

/// A weight of the model.
public struct Weight {
  /// What it is called in the model's files.
  public let name: String
  /// Its value.
  public let variable: Variable
}

/// A model's weights, found by their descriptions while its parts are put together.
struct Weights {
  private let byName: [String: Weight]

  /// Names must differ.
  init(_ weights: [Weight]) {
    byName = Dictionary(uniqueKeysWithValues: weights.map { ($0.name, $0) })
  }

  subscript(description: WeightDescription) -> Weight {
    guard let weight = byName[description.name] else {
      preconditionFailure("the description of the model's weights lacks \(description.name)")
    }
    return weight
  }
}
