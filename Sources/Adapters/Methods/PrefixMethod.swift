import Autodiff
import LanguageModels
import Tensors

extension AdapterConfiguration.Prefix {
  /// Puts learned keys and values before every sequence (2101.00190).
  ///
  /// Trained as the paper trains them, as the output of a network, `tanh(E W₁ᵀ + b₁) W₂ᵀ + b₂` over learned rows E
  /// `[P, K·D]`; the result is the rows themselves. Without reparameterization the rows are trained as they are.
  func build(on model: LanguageModel, _ tensors: AdapterTensors) throws -> Attachments {
    let (length, layers) = (length, model.configuration.layerCount)
    let width = model.configuration.attention.keyValueWidth
    let network: (() -> Variable)?
    if let hidden = reparameterizationHidden, tensors.has(Self.networkName + "embedding.weight") {
      network = try self.network(hidden: hidden, width: width, outputs: 2 * layers * width, tensors)
    } else {
      network = nil
    }
    // PEFT's start, torch's for embeddings: the standard normal distribution.
    let rows =
      try network
      ?? {
        let rows = try tensors.make(PrefixRows.name, [length, 2 * layers * width]) {
          $0.normalTensor([length, 2 * layers * width], deviation: 1)
        }
        return { rows }
      }()
    var attachments = Attachments()
    attachments.context = .keysAndValues(length: length) {
      PrefixRows.split(rows(), length: length, layers: layers, width: width)
    }
    return attachments
  }

  static let networkName = "reparameterization."

  private func network(hidden: Int, width: Int, outputs: Int, _ tensors: AdapterTensors) throws -> () -> Variable {
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
    return { prefixRows(embedding: embedding, first: first, second: second) }
  }
}

/// A prefix as its network computes it: `tanh(E W₁ᵀ + b₁) W₂ᵀ + b₂`.
func prefixRows(
  embedding: Variable, first: (weight: Variable, bias: Variable?), second: (weight: Variable, bias: Variable?)
) -> Variable {
  linear(tanh(linear(embedding, first.weight, bias: first.bias)), second.weight, bias: second.bias)
}

/// PEFT's layout of a prefix: a row a position, `[P, 2·L·K·D]`, in which layer l's keys come 2l-th and its values next.
enum PrefixRows {
  static let name = "prompt_embeddings"

  /// Keys and values of every layer, `[P, K·D]` each.
  static func split(
    _ rows: Variable, length: Int, layers: Int, width: Int
  ) -> [(keys: Variable, values: Variable)] {
    let pieces = rows.reshaped([length * 2 * layers, width])
    func piece(_ index: Int) -> Variable { pieces.selectingRows((0..<length).map { $0 * 2 * layers + index }) }
    return (0..<layers).map { (keys: piece(2 * $0), values: piece(2 * $0 + 1)) }
  }
}
