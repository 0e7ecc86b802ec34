import Autodiff
import LanguageModels
import StrictJSON
import Tensors

/// Prefix tuning (2101.00190): learned keys and values in front of every sequence, in every layer.
public struct PrefixTuning: AdapterMethod {
  package static let name = "prefix"

  /// P: the number of positions; required, as PEFT's `num_virtual_tokens`.
  public var length: Int
  /// The width of the network that computes the prefix while training and is folded away at the end; nil: the prefix
  /// itself is trained, PEFT's default. 512: the paper's for table-to-text (2101.00190, §4.3 and appendix).
  public var reparameterizationHidden: Int? = 512

  /// The number of layers that a file names. PEFT takes its heads and their width from the model.
  private var fileLayers: Int?

  /// A prefix with the default reparameterization.
  public init(length: Int) {
    self.length = length
  }

  package var summary: String {
    "prefix of \(length) positions"
      + (reparameterizationHidden.map { ", computed by a network of width \($0) while training" } ?? "")
  }

  package var contextLength: Int { length }

  package var reasonAgainstMerging: String? {
    "a prefix is keys and values that every token attends to, and no weight of a model holds those"
  }

  package func problems(for model: DecoderConfiguration, hasTokenizer: Bool) -> [AdapterProblem] {
    VirtualTokens.problems(length, for: model)
  }

  /// The learned rows, or the network that computes them.
  package func attachments(for model: LanguageModel, _ tensors: AdapterTensors) throws -> Attachments {
    let (length, layers) = (length, model.configuration.layerCount)
    let width = Self.width(model.configuration)
    try VirtualTokens.check("num_layers", fileLayers, is: layers)
    let rows = try rows(width: width, outputs: 2 * layers * width, tensors)
    var attachments = Attachments()
    attachments.context = .keysAndValues(length: length) {
      Self.split(rows(), length: length, layers: layers, width: width)
    }
    return attachments
  }

  /// Computes the rows, `[P, outputs]`.
  private func rows(width: Int, outputs: Int, _ tensors: AdapterTensors) throws -> () -> Variable {
    if let hidden = reparameterizationHidden, tensors.has(Self.networkName + "embedding.weight") {
      return try network(hidden: hidden, width: width, outputs: outputs, tensors)
    }
    // PEFT's start, which is torch's for embeddings: the standard normal distribution.
    let rows = try tensors.make(VirtualTokens.tensorName, [length, outputs]) {
      $0.normalTensor([length, outputs], deviation: 1)
    }
    return { rows }
  }

  /// Keys and values of every layer, `[P, K·D]` each, from PEFT's layout: a row for each position, `[P, 2·L·K·D]`, in
  /// which layer l's keys are part 2l and its values the next.
  private static func split(
    _ rows: Variable, length: Int, layers: Int, width: Int
  ) -> [(keys: Variable, values: Variable)] {
    let pieces = rows.reshaped([length * 2 * layers, width])
    func piece(_ index: Int) -> Variable { pieces.selectingRows((0..<length).map { $0 * 2 * layers + index }) }
    return (0..<layers).map { (keys: piece(2 * $0), values: piece(2 * $0 + 1)) }
  }

  /// K·D.
  private static func width(_ model: DecoderConfiguration) -> Int { model.attention.keyValueWidth }

  package static let fileType = "PREFIX_TUNING"
  package static let wholeTensorPrefix: String? = VirtualTokens.namePrefix

  package init(_ file: AdapterReader) throws {
    try file.refuseOthers(than: VirtualTokens.fileKeys + ["encoder_hidden_size", "prefix_projection"])
    self.init(length: try file.positive("num_virtual_tokens"))
    fileLayers = try VirtualTokens.dimension("num_layers", file)
    // PEFT keeps these keys beside a prefix that is folded already.
    let isFolded = try file.hasTensor(VirtualTokens.tensorName) || file.bool("prefix_projection") != true
    reparameterizationHidden = isFolded ? nil : try file.positive("encoder_hidden_size")
  }

  package func fileMembers(
    for model: DecoderConfiguration, tensors names: [String]
  ) -> [(key: String, value: JSONValue)] {
    VirtualTokens.fileMembers(length, width: Self.width(model), heads: model.attention.keyValueHeadCount, model) + [
      ("encoder_hidden_size", reparameterizationHidden.map { .integer($0) } ?? .null),
      ("prefix_projection", .bool(reparameterizationHidden != nil)),
    ]
  }
}

extension AdapterConfiguration {
  /// Prefix tuning with these settings.
  public static func prefix(_ settings: PrefixTuning) -> AdapterConfiguration { AdapterConfiguration(settings) }
}
