extension AdapterConfiguration {
  /// Bottleneck adapters: `y = x + up(f(down(x)))`.
  public struct Bottleneck: Sendable, Equatable {
    /// Where in a block they stand.
    public enum Placement: String, Sendable, CaseIterable {
      /// Behind attention and behind the feed-forward layer (1902.00751).
      case houlsby
      /// Behind the feed-forward layer and its residual addition alone (2005.00247).
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
