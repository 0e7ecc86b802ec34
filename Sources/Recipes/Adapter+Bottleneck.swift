extension Recipe.Adapter {
  /// Bottleneck adapters: `y = x + up(f(down(x)))`.
  public struct Bottleneck: Sendable, Equatable {
    /// Where in a block they stand.
    public enum Placement: String, Sendable, CaseIterable {
      /// Behind attention and behind the feed-forward layer (1902.00751).
      case houlsby
      /// Behind the feed-forward layer alone (2005.00247).
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

    /// How wide the middle is.
    public enum Width: Sendable, Equatable {
      /// Units.
      case units(Int)
      /// The model's width divided by this.
      case reduction(Double)
    }

    /// Where in a block they stand. pfeiffer: the library `adapters`' default (`seq_bn`).
    public var placement = Placement.pfeiffer
    /// How wide the middle is. 16: `reduction_factor` of `adapters`' `SeqBnConfig`.
    public var width = Width.reduction(16)
    /// f. relu: `non_linearity` of `adapters`' `SeqBnConfig`.
    public var activation = Activation.relu
    /// Whether the model's layer norms are trained beside. Off: as in `adapters`; Houlsby's paper has it on.
    public var trainNorms = false

    /// The defaults.
    public init() {}
  }

  /// IA3: learned scales of activations.
  public struct IA3: Sendable, Equatable {
    /// The layers whose activations are scaled. PEFT's for Llama.
    public var targets = Targets.names(["k_proj", "v_proj", "down_proj"])
    /// Those among them whose input is scaled, not their output. PEFT's for Llama.
    public var feedforwardTargets = ["down_proj"]

    /// The defaults.
    public init() {}
  }
}

extension Recipe.Adapter.Bottleneck {
  init(_ section: Section) {
    section.choice("placement", &placement)
    var units = 1
    var reduction = 16.0
    section.integer("width", &units, atLeast: 1)
    section.number("reduction", &reduction, .positive)
    width = section.has("width") ? .units(units) : .reduction(reduction)
    if section.has("width"), section.has("reduction") {
      section.report("reduction", "give either `width` or `reduction`, not both.")
    }
    section.choice("activation", &activation)
    section.flag("train_norms", &trainNorms)
  }

  var resolved: [ResolvedValue.Field] {
    let width: ResolvedValue.Field =
      switch self.width {
      case .units(let units): ("width", .integer(units))
      case .reduction(let factor): ("reduction", .number(factor))
      }
    return [
      ("placement", .text(placement.rawValue)), width, ("activation", .text(activation.rawValue)),
      ("train_norms", .bool(trainNorms)),
    ]
  }
}

extension Recipe.Adapter.IA3 {
  init(_ section: Section) {
    section.targets("targets", &targets)
    section.texts("feedforward_targets", &feedforwardTargets)
    // As PEFT's IA3Config asks.
    if case .names(let names) = targets, let stray = feedforwardTargets.first(where: { !names.contains($0) }) {
      section.report("feedforward_targets", "'\(shortened(stray))' is not among `targets`.")
    }
  }

  var resolved: [ResolvedValue.Field] {
    [("targets", targets.resolved), ("feedforward_targets", .texts(feedforwardTargets))]
  }
}
