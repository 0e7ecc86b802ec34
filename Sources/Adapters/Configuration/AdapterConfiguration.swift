/// A small set of weights that is trained while the model's own stay as they are.
public enum AdapterConfiguration: Sendable, Equatable {
  /// LoRA (2106.09685), with its relatives by their keys: LoRA+, rank-stabilized scaling, PiSSA.
  case lora(LowRank)
  /// DoRA (2402.09353): LoRA with magnitude and direction apart.
  case dora(LowRank)
  /// Prefix tuning (2101.00190): learned keys and values in every layer.
  case prefix(Prefix)
  /// Prompt tuning (2104.08691): learned embeddings before the text.
  case prompt(Prompt)
  /// Bottleneck adapters (1902.00751 and relatives): small layers between the model's own.
  case bottleneck(Bottleneck)
  /// IA3 (2205.05638): learned scales of activations.
  case ia3(IA3)
  /// The model's own biases and norms, as in BitFit (2106.10199).
  case biasNorm

  /// The word that a recipe says: `lora`, `bias_norm`, ….
  public var method: String { kind.rawValue }

  /// The methods by their words.
  public enum Kind: String, CaseIterable {
    case lora, dora, prefix, prompt, bottleneck, ia3
    case biasNorm = "bias_norm"
  }

  /// P: how many learned positions stand in front of every sequence.
  public var contextLength: Int {
    switch self {
    case .prefix(let settings): settings.length
    case .prompt(let settings): settings.length
    default: 0
    }
  }

  /// The method without its settings.
  public var kind: Kind {
    switch self {
    case .lora: .lora
    case .dora: .dora
    case .prefix: .prefix
    case .prompt: .prompt
    case .bottleneck: .bottleneck
    case .ia3: .ia3
    case .biasNorm: .biasNorm
    }
  }
}
