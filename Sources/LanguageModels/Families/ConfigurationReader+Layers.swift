import Diagnostics
import StrictJSON

extension ConfigurationReader {
  /// The largest head width accepted: every position of a sequence has an angle for each pair of a head's numbers.
  private static let maximumHeadWidth = 1 << 16

  /// `head_dim`; the family's where the file does not have it, else the model's width divided by the number of heads.
  func headWidth(hiddenSize: Int, headCount: Int, default standard: Int?) throws -> Int {
    let isShared = standard == nil && value("head_dim") == nil
    let width = isShared ? max(1, hiddenSize / headCount) : try size("head_dim", default: standard ?? 1)
    guard !isShared || hiddenSize % headCount == 0 else {
      throw UserError.file(
        "\(place): hidden_size \(hiddenSize) is not a multiple of num_attention_heads \(headCount), and there is no head_dim"
      )
    }
    guard width % 2 == 0 else {
      throw UserError.file("\(place): a head is \(width) wide; rotary positions need an even width")
    }
    guard width <= Self.maximumHeadWidth else {
      throw UserError.file("\(place): a head is \(width) wide; expected at most \(Self.maximumHeadWidth)")
    }
    return width
  }

  /// The function on the gate of a feed-forward; SiLU where the file does not name one.
  func gateActivation(_ key: String) throws -> GateActivation {
    guard let value = object[key] else { return .silu }
    guard let name = value.stringValue else { throw wrong(key, value, "a string") }
    guard let activation = GateActivation(rawValue: name == "swish" ? "silu" : name) else {
      let known = GateActivation.allCases.map(\.rawValue).joined(separator: ", ")
      throw UserError.file("\(place): \(key) '\(name)' is not computed; Attune knows \(known)")
    }
    return activation
  }

  /// Refuses keys that ask for a computation that Attune does not do, rather than ignoring them.
  func refuseWhatIsNotComputed() throws {
    let mustBeAbsent = [
      "quantization_config", "num_local_experts", "num_experts", "n_routed_experts", "q_lora_rank", "kv_lora_rank",
      "attn_logit_softcapping", "final_logit_softcapping", "logit_scale", "embedding_multiplier", "residual_multiplier",
      "attention_multiplier", "logits_scaling", "clip_qkv", "no_rope_layers", "per_layer_config",
    ]
    for key in mustBeAbsent where value(key) != nil {
      throw UserError.file("\(place): the key '\(key)' asks for something that Attune does not compute")
    }
    for key in ["attention_dropout", "hidden_dropout", "resid_pdrop"] {
      if value(key) != nil, let rate = try number(key), rate > 0 {
        throw UserError.file("\(place): \(key) \(rate) is not computed; set it to 0 to train without this dropout")
      }
    }
    try refusePartialRotation()
  }

  /// Refuses to turn only a part of each head.
  func refusePartialRotation() throws {
    if value("partial_rotary_factor") != nil, let factor = try number("partial_rotary_factor"), factor != 1 {
      throw UserError.file("\(place): partial_rotary_factor \(factor) is not computed; Attune turns whole heads")
    }
  }
}
