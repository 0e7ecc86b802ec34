import Autodiff
import StrictJSON
import Tensors

// The paper trains a prefix as the output of a network over learned rows E `[P, K·D]` (2101.00190, §4.3):
// `tanh(E W₁ᵀ + b₁) W₂ᵀ + b₂`. Other programs read the rows that come out.
extension PrefixTuning: TrainingFormMethod {
  /// What the names of the network's tensors start with.
  static let networkName = "reparameterization."

  /// The network with its starting values, or as it is in a file.
  func network(
    hidden: Int, width: Int, outputs: Int, _ tensors: AdapterTensors
  ) throws -> () -> Variable {
    func layer(_ name: String, _ outputs: Int, _ inputs: Int) throws -> (weight: Variable, bias: Variable) {
      let bound = 1 / Double(inputs).squareRoot()
      return (
        try tensors.make("\(Self.networkName)\(name).weight", [outputs, inputs]) {
          $0.uniformTensor([outputs, inputs], from: -bound, to: bound)
        },
        try tensors.make("\(Self.networkName)\(name).bias", [outputs]) {
          $0.uniformTensor([outputs], from: -bound, to: bound)
        }
      )
    }
    let embedding = try tensors.make(Self.networkName + "embedding.weight", [length, width]) {
      $0.normalTensor([length, width], deviation: 1)
    }
    let (first, second) = (try layer("first", hidden, width), try layer("second", outputs, hidden))
    return { Self.rows(embedding: embedding, first: first, second: second) }
  }

  private static func rows(
    embedding: Variable, first: (weight: Variable, bias: Variable?), second: (weight: Variable, bias: Variable?)
  ) -> Variable {
    linear(tanh(linear(embedding, first.weight, bias: first.bias)), second.weight, bias: second.bias)
  }

  static func isOfTraining(_ name: String) -> Bool { name.hasPrefix(networkName) }

  func checkTrainingForm(_ form: AdapterForm, _ path: String) throws {
    guard reparameterizationHidden != nil else { return }
    let place = Self.networkName
    let embedding = try form.expect(place + "embedding.weight", [length, nil], path)
    let first = try form.expect(place + "first.weight", [nil, embedding[1]], path)
    _ = try form.expect(place + "first.bias", [first[0]], path)
    let second = try form.expect(place + "second.weight", [nil, first[0]], path)
    _ = try form.expect(place + "second.bias", [second[0]], path)
  }

  /// The rows that the network computes, without the network.
  func folded(_ form: AdapterForm) -> AdapterForm {
    func part(_ name: String) -> Variable? { form.tensor(Self.networkName + name).map { Variable($0) } }
    guard let embedding = part("embedding.weight"), let first = part("first.weight"),
      let second = part("second.weight")
    else { return form }
    let rows = withoutGradients {
      Self.rows(
        embedding: embedding, first: (first, part("first.bias")), second: (second, part("second.bias"))
      ).value
    }
    var settings = self
    settings.reparameterizationHidden = nil
    return AdapterForm(
      configuration: AdapterConfiguration(settings), tensors: [(VirtualTokens.tensorName, rows)])
  }

  var foldedMembers: [(key: String, value: JSONValue)] {
    [("encoder_hidden_size", .null), ("prefix_projection", false)]
  }
}
