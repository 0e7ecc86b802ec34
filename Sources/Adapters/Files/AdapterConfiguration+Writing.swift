import LanguageModels
import StrictJSON

extension AdapterConfiguration {
  /// `adapter_config.json` as PEFT writes it, or in the same shape for methods that PEFT does not have.
  ///
  /// - Parameters:
  ///   - names: the tensors' names, which tell the layers that have a part.
  ///   - basePath: what `base_model_name_or_path` says.
  func json(for model: DecoderConfiguration, tensors names: [String], basePath: String?) -> JSONValue {
    let common: [(key: String, value: JSONValue)] = [
      ("base_model_name_or_path", basePath.map { .string($0) } ?? .null), ("inference_mode", true),
      ("task_type", names.contains(scoreName) ? .string(Self.rewardTask) : "CAUSAL_LM"),
    ]
    return .members([("peft_type", .string(fileType))] + common + members(model, names))
  }

  /// What `task_type` says of an adapter that brings a reward model's head.
  public static let rewardTask = "SEQ_CLS"

  /// What `peft_type` says.
  var fileType: String {
    switch self {
    case .lora, .dora: "LORA"
    case .prefix: "PREFIX_TUNING"
    case .prompt: "PROMPT_TUNING"
    case .ia3: "IA3"
    case .bottleneck: "BOTTLENECK"
    case .biasNorm: "BIAS_NORM"
    }
  }

  private func members(_ model: DecoderConfiguration, _ names: [String]) -> [(key: String, value: JSONValue)] {
    switch self {
    case .lora(let settings): settings.members(model, names, decomposed: false)
    case .dora(let settings): settings.members(model, names, decomposed: true)
    case .prefix(let settings):
      virtualTokens(
        settings.length, model, width: model.attention.keyValueWidth, model.attention.keyValueHeadCount)
        + [
          ("encoder_hidden_size", settings.reparameterizationHidden.map { .integer($0) } ?? .null),
          ("prefix_projection", .bool(settings.reparameterizationHidden != nil)),
        ]
    case .prompt(let settings):
      virtualTokens(settings.length, model, width: model.hiddenSize, model.attention.headCount) + [
        ("prompt_tuning_init", "RANDOM")
      ]
    case .ia3(let settings):
      [
        ("target_modules", texts(settings.targets.names(model))),
        ("feedforward_modules", texts(settings.feedforwardTargets)),
        ("modules_to_save", names.contains(scoreName) ? ["score"] : .null),
        ("fan_in_fan_out", false), ("init_ia3_weights", true),
      ]
    case .bottleneck(let settings):
      [
        ("placement", .string(settings.placement.rawValue)),
        ("width", .integer(settings.units(hiddenSize: model.hiddenSize))),
        ("activation", .string(settings.activation.rawValue)), ("train_norms", .bool(settings.trainNorms)),
      ]
    case .biasNorm: []
    }
  }

  private func virtualTokens(
    _ length: Int, _ model: DecoderConfiguration, width: Int, _ heads: Int
  ) -> [(key: String, value: JSONValue)] {
    [
      ("num_virtual_tokens", .integer(length)), ("token_dim", .integer(width)),
      ("num_attention_heads", .integer(heads)), ("num_layers", .integer(model.layerCount)),
      ("num_transformer_submodules", 1),
    ]
  }
}

extension AdapterConfiguration.LowRank {
  fileprivate func members(
    _ model: DecoderConfiguration, _ names: [String], decomposed: Bool
  ) -> [(key: String, value: JSONValue)] {
    // PEFT's own names; `norm` alone would mean every norm there.
    let whole =
      model.outerModules.filter { names.contains(fileNamePrefix + $0.weight) }
      .map { $0.kind == .norm ? $0.name : $0.role } + (names.contains(scoreName) ? ["score"] : [])
    return [
      ("r", .integer(rank)), ("lora_alpha", .double(alpha)), ("lora_dropout", .double(dropout)),
      ("target_modules", texts(targets.names(model))),
      ("layers_to_transform", layers.map { .array($0.map { .integer($0) }) } ?? .null),
      ("modules_to_save", whole.isEmpty ? .null : texts(whole)),
      ("rank_pattern", .object(rankPattern.mapValues { .integer($0) })),
      ("alpha_pattern", .object(alphaPattern.mapValues { .double($0) })),
      ("use_rslora", .bool(scaling == .rankStabilized)), ("use_dora", .bool(decomposed)), ("bias", "none"),
      ("fan_in_fan_out", false), ("init_lora_weights", true),
    ]
  }
}

extension AdapterConfiguration.Targets {
  /// The layers' names as PEFT's `target_modules` has them.
  func names(_ model: DecoderConfiguration) -> [String] {
    switch self {
    case .all: model.linearRoles
    case .names(let names): names
    }
  }
}

/// What a reward model's head is called in files.
private let scoreName = fileNamePrefix + OutputHead.scoreWeight

private func texts(_ values: [String]) -> JSONValue { .array(values.map { .string($0) }) }

extension JSONValue {
  fileprivate static func object(_ members: [String: JSONValue]) -> JSONValue {
    .members(members.sorted { $0.key < $1.key }.map { (key: $0.key, value: $0.value) })
  }
}
