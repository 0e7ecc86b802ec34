import Diagnostics
import LanguageModels
import StrictJSON

extension LoRA {
  package static let fileType = "LORA"

  /// DoRA has the same type.
  package static func isMeant(by file: AdapterReader) throws -> Bool { try file.bool("use_dora") != true }

  package static let wholeTensorPrefix: String? = fileNamePrefix

  private static let fileKeys =
    AdapterReader.wholeKeys + [
      "r", "lora_alpha", "lora_dropout", "target_modules", "exclude_modules", "layers_to_transform", "layers_pattern",
      "rank_pattern", "alpha_pattern", "use_rslora", "use_dora", "init_lora_weights", "bias", "lora_bias",
      "target_parameters",
    ] + keysWithoutEffect
  /// Keys that say how training starts or runs, and nothing about the tensors in a file.
  private static let keysWithoutEffect = [
    "eva_config", "corda_config", "lora_ga_config", "loftq_config", "runtime_config", "megatron_core",
    "qalora_group_size",
  ]

  /// Keys of PEFT's that change what is computed.
  private static let unsupportedKeys = [
    "layer_replication", "alora_invocation_tokens", "use_qalora", "megatron_config", "arrow_config",
    "monteclora_config",
    "velora_config", "use_bdlora", "kasa_config",
  ]

  package init(_ file: AdapterReader) throws {
    self.init()
    try file.refuseOthers(than: Self.fileKeys, unsupported: Self.unsupportedKeys)
    // 8: PEFT's `LoraConfig.r`.
    rank = file.object["r"] == nil ? 8 : try file.positive("r")
    // 8: PEFT's `LoraConfig.lora_alpha`, whatever the rank.
    alpha = try file.number("lora_alpha") ?? 8
    guard alpha > 0 else { throw file.wrong("lora_alpha", "a number above 0") }
    dropout = try file.number("lora_dropout") ?? 0
    baseStart = try Self.baseStart(file)
    scaling = try file.bool("use_rslora") ?? false ? .rankStabilized : .standard
    rankPattern = try Self.patterns(file, "rank_pattern") { value in
      value.intValue.flatMap { 1...(1 << 20) ~= $0 ? $0 : nil }
    }
    alphaPattern = try Self.patterns(file, "alpha_pattern") { value in value.doubleValue.flatMap { $0 > 0 ? $0 : nil } }
    var selection = try TargetSelection(file)
    // PEFT's choice for every family that it has one for is the default here too.
    if selection.targets == nil { selection.targets = selection.parameters.isEmpty ? targets : .names([]) }
    self.selection = selection
    layers = selection.layers
    targets = selection.targets ?? targets
    hasBias = try file.bool("lora_bias") ?? false
    tiesWeights = try file.bool("ensure_weight_tying") ?? false
    if let bias = try file.string("bias"), !["none", "all", "lora_only"].contains(bias) {
      throw file.wrong("bias", "none, all or lora_only")
    }
    trainAlso = selection.saved.filter { !file.isOfScore($0) }
  }

  /// The part of the base's weights that the start takes away; nil where it leaves them as they are, so that only the
  /// tensors of the file count. Starts that Attune cannot take away again are refused: without it, A and B mean nothing.
  private static func baseStart(_ file: AdapterReader) throws -> BaseStart? {
    let harmless = ["gaussian", "eva", "orthogonal", "mica"]
    guard let start = file.object["init_lora_weights"], !start.isNull, start.boolValue == nil else { return nil }
    guard let name = start.stringValue?.lowercased() else {
      throw file.wrong("init_lora_weights", "a boolean or a string")
    }
    if harmless.contains(name) { return nil }
    if let start = BaseStart(rawValue: name) { return start }
    let changing = ["pissa_niter_", "corda", "loftq", "lora_ga"]
    guard changing.contains(where: name.hasPrefix) else {
      let known = harmless + BaseStart.allCases.map(\.rawValue) + changing
      throw file.wrong(
        "init_lora_weights", "a start that PEFT knows: true, false, \(known.joined(separator: ", "))")
    }
    throw UserError.file(
      "\(file.place): init_lora_weights \(start.compactText.prefix(60)) changed the base's weights when training began; "
        + "save it from PEFT with path_initial_model_for_weight_conversion, which makes an ordinary LoRA of it")
  }

  /// An object from patterns of layers' names to values.
  private static func patterns<Value>(
    _ file: AdapterReader, _ key: String, _ convert: (JSONValue) -> Value?
  ) throws -> LayerPatterns<Value> {
    var patterns = LayerPatterns<Value>()
    let members = try file.members(key)
    guard members.count <= 1000 else { throw file.wrong(key, "at most 1000 patterns") }
    for (pattern, value) in members {
      guard let value = convert(value) else { throw file.wrong(key, "numbers above 0") }
      guard patterns.append(pattern, value) else {
        throw UserError.file(
          "\(file.place): \(key): '\(pattern)' is not a pattern that Attune reads; expected a regular expression with at most "
            + "four repetitions, none of them of a group")
      }
    }
    return patterns
  }

  package func fileMembers(
    for model: DecoderConfiguration, tensors names: [String]
  ) -> [(key: String, value: JSONValue)] {
    fileMembers(for: model, tensors: names, isWeightDecomposed: false)
  }

  /// The members of `adapter_config.json`, DoRA's too.
  func fileMembers(
    for model: DecoderConfiguration, tensors names: [String], isWeightDecomposed: Bool
  ) -> [(key: String, value: JSONValue)] {
    // PEFT's own names; `norm` alone would mean every norm there.
    let whole =
      model.outerModules.filter { names.contains(fileNamePrefix + $0.weight) }
      .map { $0.kind == .norm ? $0.name : $0.role } + (names.contains(scoreName) ? ["score"] : [])
    return [
      ("r", .integer(rank)), ("lora_alpha", .double(alpha)), ("lora_dropout", .double(dropout)),
      ("target_modules", targets.fileValue(model)),
      ("layers_to_transform", layers.map { .array($0.map { .integer($0) }) } ?? .null),
      ("modules_to_save", whole.isEmpty ? .null : .strings(whole)),
      ("rank_pattern", .members(rankPattern.entries.map { ($0.pattern, .integer($0.value)) })),
      ("alpha_pattern", .members(alphaPattern.entries.map { ($0.pattern, .double($0.value)) })),
      ("use_rslora", .bool(scaling == .rankStabilized)), ("use_dora", .bool(isWeightDecomposed)), ("bias", "none"),
      ("fan_in_fan_out", false), ("init_lora_weights", baseStart.map { .string($0.rawValue) } ?? true),
    ] + (selection?.furtherMembers ?? []) + (hasBias ? [("lora_bias", true)] : [])
  }
}
