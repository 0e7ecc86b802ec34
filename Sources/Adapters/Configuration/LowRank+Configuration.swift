extension AdapterConfiguration {
  /// Which linear layers an adapter goes to.
  public enum Targets: Sendable, Equatable {
    /// Every linear layer inside the blocks, never head or embedding.
    case all
    /// Layers of these names, as in the model: `q_proj`.
    case names([String])
  }

  /// LoRA and DoRA: `h = W₀x + scale · B A x`.
  public struct LowRank: Sendable, Equatable {
    /// What the product is multiplied by.
    public enum Scaling: String, Sendable, CaseIterable {
      /// α / r (2106.09685, §4.1).
      case standard
      /// α / √r (2312.03732).
      case rankStabilized = "rank_stabilized"
    }

    /// How A and B begin.
    public enum Initialization: String, Sendable, CaseIterable {
      /// A Kaiming-uniform, B zero (2106.09685).
      case `default`
      /// The principal singular vectors of the weight (2404.02948).
      case pissa
    }

    /// r. 8: PEFT's `LoraConfig.r`.
    public var rank = 8
    /// α. 16: twice the rank, as the LoRA configurations of torchtune have it.
    public var alpha = 16.0
    /// Share of the adapter's input that is dropped in training. 0: PEFT's `lora_dropout`.
    public var dropout = 0.0
    /// The layers that get one. q and v: PEFT's choice for Llama, and the paper's (§4.2).
    public var targets = Targets.names(["q_proj", "v_proj"])
    /// The blocks that get one, counted from 0; nil: all, as PEFT's `layers_to_transform`.
    public var layers: [Int]?
    /// What the product is multiplied by. standard: PEFT's `use_rslora` is off.
    public var scaling = Scaling.standard
    /// How A and B begin. default: PEFT's `init_lora_weights`.
    public var initialization = Initialization.default
    /// The learning rate of B over that of A (LoRA+, 2402.12354). 1: plain LoRA.
    public var learningRateRatio = 1.0
    /// Whole modules that are trained beside: `embed_tokens`, `lm_head`, `norm`. None: PEFT's `modules_to_save`.
    public var trainAlso: [String] = []
    /// Ranks of layers whose name ends so, where they differ; only a file says this.
    public var rankPattern: [String: Int] = [:]
    /// α of layers whose name ends so, where it differs; only a file says this.
    public var alphaPattern: [String: Double] = [:]

    /// The defaults.
    public init() {}
  }
}
