import LanguageModels
import StrictJSON

/// Bottleneck adapters (1902.00751 and relatives): small layers `y = x + up(f(down(x)))` between the model's own.
public struct BottleneckAdapters: AdapterMethod {
  /// Their places in a block.
  public enum Placement: String, Sendable, CaseIterable {
    /// After attention and after the feed-forward layer (1902.00751).
    case houlsby
    /// After the feed-forward layer and its residual addition alone (2005.00247).
    case pfeiffer
    /// Beside the feed-forward layer (2110.04366).
    case parallel
  }

  /// f.
  public enum Activation: String, Sendable, CaseIterable {
    /// max(0, x).
    case relu
    /// x·Φ(x).
    case gelu
    /// x·σ(x).
    case silu
  }

  /// The width of the middle.
  public enum Width: Sendable, Equatable {
    /// A number of units.
    case units(Int)
    /// The model's width divided by this.
    case reduction(Double)
  }

  package static let name = "bottleneck"

  /// Their places in a block. pfeiffer: the library `adapters`' default (`seq_bn`).
  public var placement = Placement.pfeiffer
  /// The width of the middle. 16: `reduction_factor` of `adapters`' `SeqBnConfig`.
  public var width = Width.reduction(16)
  /// f. relu: `non_linearity` of `adapters`' `SeqBnConfig`.
  public var activation = Activation.relu
  /// Whether the model's layer norms are trained too. Off: as in `adapters`; Houlsby's paper has it on.
  public var trainNorms = false

  /// The defaults.
  public init() {}

  package var summary: String {
    let middle =
      switch width {
      case .units(let units): "\(units) units"
      case .reduction(let factor): "the model's width divided by \(factor)"
      }
    return "bottleneck adapters, \(placement.rawValue), \(middle), \(activation.rawValue)"
  }

  package var reasonAgainstMerging: String? {
    "a bottleneck adapter is a layer of its own with a nonlinear function in its middle, which no weight of a model "
      + "can take in"
  }

  package func problems(for model: DecoderConfiguration, hasTokenizer: Bool) -> [AdapterProblem] {
    guard case .units(let units) = width, units > 1 << 20 else { return [] }
    return [AdapterProblem("width", "\(units) units are more than \(1 << 20)")]
  }

  package func notes(for model: DecoderConfiguration, stored: (String) -> Bool) -> [String] {
    trainNorms ? notesOnNorms(of: model, andBiases: false, stored: stored) : []
  }

  package static let fileType = "BOTTLENECK"

  package init(_ file: AdapterReader) throws {
    try file.refuseOthers(than: ["placement", "width", "activation", "train_norms"])
    placement = try file.choice("placement")
    width = .units(try file.positive("width"))
    activation = try file.choice("activation")
    trainNorms = try file.bool("train_norms") ?? false
  }

  package func fileMembers(
    for model: DecoderConfiguration, tensors names: [String]
  ) -> [(key: String, value: JSONValue)] {
    [
      ("placement", .string(placement.rawValue)), ("width", .integer(units(hiddenSize: model.hiddenSize))),
      ("activation", .string(activation.rawValue)), ("train_norms", .bool(trainNorms)),
    ]
  }
}

extension AdapterConfiguration {
  /// Bottleneck adapters with these settings.
  public static func bottleneck(_ settings: BottleneckAdapters) -> AdapterConfiguration {
    AdapterConfiguration(settings)
  }
}
