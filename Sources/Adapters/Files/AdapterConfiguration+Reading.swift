import Checkpoints
import Diagnostics
import StrictJSON

extension AdapterConfiguration {
  /// Reads `adapter_config.json`, PEFT's or Attune's own.
  ///
  /// What a file asks for and Attune does not compute is refused by name; keys that say nothing (null, false, empty, or
  /// PEFT's default) are passed over.
  ///
  /// - Parameters:
  ///   - tensors: the adapter's tensors, of which a file may be told apart.
  ///   - place: the file's path, for messages.
  /// - Throws: `UserError` of kind `file`.
  public init(parsing text: String, tensors: some TensorSource, place: String) throws {
    let value: JSONValue
    do { value = try JSONValue(parsing: text.utf8) } catch { throw UserError.file("\(place): \(error)") }
    guard let object = value.objectValue else {
      throw UserError.file("\(place): expected an object, found \(value.kindName)")
    }
    let reader = AdapterReader(object: object, place: place)
    let type = try reader.string("peft_type") ?? { throw reader.missing("peft_type") }()
    switch type {
    case "LORA":
      try reader.refuseOthers(than: LowRank.keys, neutral: LowRank.neutral)
      let settings = try LowRank(reader)
      self = try reader.bool("use_dora") ?? false ? .dora(settings) : .lora(settings)
    case "PREFIX_TUNING":
      try reader.refuseOthers(than: Prefix.keys + ["encoder_hidden_size", "prefix_projection"])
      var settings = Prefix(length: try reader.positive("num_virtual_tokens"))
      // PEFT keeps these keys beside a prefix that is folded already.
      let isFolded = try tensors.description(of: PrefixRows.name) != nil || reader.bool("prefix_projection") != true
      settings.reparameterizationHidden = isFolded ? nil : try reader.positive("encoder_hidden_size")
      self = .prefix(settings)
    case "PROMPT_TUNING":
      try reader.refuseOthers(
        than: Prefix.keys + [
          "prompt_tuning_init", "prompt_tuning_init_text", "tokenizer_name_or_path", "tokenizer_kwargs",
        ])
      self = .prompt(Prompt(length: try reader.positive("num_virtual_tokens")))
    case "IA3":
      try reader.refuseOthers(
        than: ["target_modules", "feedforward_modules", "init_ia3_weights", "inference_mode"], neutral: [:])
      var settings = IA3()
      settings.feedforwardTargets = try reader.strings("feedforward_modules") ?? []
      if let names = try reader.strings("target_modules") { settings.targets = .names(names) }
      self = .ia3(settings)
    case "BOTTLENECK":
      try reader.refuseOthers(than: ["placement", "width", "activation", "train_norms"])
      var settings = Bottleneck()
      settings.placement = try reader.choice("placement")
      settings.width = .units(try reader.positive("width"))
      settings.activation = try reader.choice("activation")
      settings.trainNorms = try reader.bool("train_norms") ?? false
      self = .bottleneck(settings)
    case "BIAS_NORM":
      try reader.refuseOthers(than: [])
      self = .biasNorm
    default:
      let known = ["LORA", "PREFIX_TUNING", "PROMPT_TUNING", "IA3", "BOTTLENECK", "BIAS_NORM"]
      throw UserError.file(
        "\(place): peft_type '\(type)' is not a method that Attune knows: \(known.joined(separator: ", "))."
          + suggestion(for: type, in: known))
    }
  }
}

extension AdapterConfiguration.LowRank {
  fileprivate static let keys = [
    "r", "lora_alpha", "lora_dropout", "target_modules", "exclude_modules", "layers_to_transform", "layers_pattern",
    "modules_to_save", "rank_pattern", "alpha_pattern", "use_rslora", "use_dora", "init_lora_weights",
    "ensure_weight_tying",
  ]
  /// Defaults of PEFT that are not null, false or empty.
  fileprivate static let neutral: [String: JSONValue] = [
    "bias": "none", "megatron_core": "megatron.core", "qalora_group_size": 16,
  ]

  fileprivate init(_ reader: AdapterReader) throws {
    self.init()
    rank = try reader.positive("r")
    alpha = try reader.number("lora_alpha") ?? Double(rank)
    guard alpha > 0 else { throw reader.wrong("lora_alpha", "a number above 0") }
    dropout = try reader.number("lora_dropout") ?? 0
    try reader.refuseChangedBase()
    scaling = try reader.bool("use_rslora") ?? false ? .rankStabilized : .standard
    rankPattern = try reader.pattern("rank_pattern") { $0.intValue.flatMap { 1...(1 << 20) ~= $0 ? $0 : nil } }
    alphaPattern = try reader.pattern("alpha_pattern") { $0.doubleValue.flatMap { $0 > 0 ? $0 : nil } }
    layers = try reader.indices("layers_to_transform")
    // Which layers have a part is told by the tensors, whatever pattern chose them.
    if let names = try? reader.strings("target_modules") { targets = .names(names) } else { targets = .all }
    if let saved = try reader.strings("modules_to_save") {
      // A tensor of a module that the model does not have is refused when the adapter is attached.
      trainAlso = saved.filter { !reader.isOfScore($0) }.map { name in
        name.split(separator: ".").last.map(String.init) ?? name
      }
    }
  }
}

extension AdapterConfiguration.Prefix {
  fileprivate static let keys = [
    "num_virtual_tokens", "token_dim", "num_attention_heads", "num_layers", "num_transformer_submodules",
    "init_weights",
  ]
}

/// Reads values of an adapter's configuration; every refusal names the file, the key, what was found and expected.
private struct AdapterReader {
  let object: JSONObject
  let place: String

  /// Keys of every method, which say nothing of what is computed.
  private static let common = [
    "peft_type", "task_type", "base_model_name_or_path", "revision", "auto_mapping", "inference_mode", "peft_version",
  ]

  /// Refuses keys that ask for something else.
  func refuseOthers(than keys: [String], neutral: [String: JSONValue] = [:]) throws {
    let known = Self.common + keys
    for (key, value) in object.members where !known.contains(key) && neutral[key] != value && !value.saysNothing {
      if key == "modules_to_save", value.arrayValue?.allSatisfy({ isOfScore($0.stringValue ?? "") }) ?? false {
        continue
      }
      throw UserError.file(
        "\(place): the option '\(key)' (\(value.compactText.prefix(60))) is not one that Attune computes."
          + suggestion(for: key, in: known))
    }
  }

  /// Whether a module is one that PEFT trains whole in every reward model: the tensors tell whether it is there.
  func isOfScore(_ module: String) -> Bool {
    object["task_type"] == .string(AdapterConfiguration.rewardTask) && ["score", "classifier"].contains(module)
  }

  /// Refuses starts that took a part of the base's weights away: without it, A and B say nothing.
  func refuseChangedBase() throws {
    // PEFT's `init_lora_weights`: these leave the base as it is.
    let harmless: [JSONValue] = [.null, true, false, "gaussian", "eva", "orthogonal"]
    guard let start = object["init_lora_weights"], !harmless.contains(start) else { return }
    throw UserError.file(
      "\(place): init_lora_weights \(start.compactText.prefix(60)) changed the base's weights when training began; "
        + "save it from PEFT with path_initial_model_for_weight_conversion, which makes an ordinary LoRA of it")
  }

  func missing(_ key: String) -> UserError {
    UserError.file("\(place): the key '\(key)' is missing.\(suggestion(for: key, in: object.keys))")
  }

  func wrong(_ key: String, _ expected: String) -> UserError {
    UserError.file(
      "\(place): \(key): expected \(expected), found \(object[key]?.compactText.prefix(60) ?? "nothing")")
  }

  private func value(_ key: String) -> JSONValue? { object[key].flatMap { $0.isNull ? nil : $0 } }

  private func read<Value>(_ key: String, _ expected: String, _ convert: (JSONValue) -> Value?) throws -> Value? {
    try value(key).map { value in
      guard let result = convert(value) else { throw wrong(key, expected) }
      return result
    }
  }

  func string(_ key: String) throws -> String? { try read(key, "a string") { $0.stringValue } }
  func bool(_ key: String) throws -> Bool? { try read(key, "true or false") { $0.boolValue } }
  func number(_ key: String) throws -> Double? {
    try read(key, "a number of at least 0") { $0.doubleValue.flatMap { $0 >= 0 ? $0 : nil } }
  }

  func positive(_ key: String) throws -> Int {
    let expected = "a whole number from 1 to \(1 << 20)"
    guard let number = try read(key, expected, { $0.intValue.flatMap { 1...(1 << 20) ~= $0 ? $0 : nil } }) else {
      throw missing(key)
    }
    return number
  }

  /// One index or an array of them.
  func indices(_ key: String) throws -> [Int]? {
    try read(key, "an array of whole numbers from 0") { value in
      let elements = value.arrayValue ?? [value]
      let numbers = elements.compactMap { $0.intValue.flatMap { $0 >= 0 ? $0 : nil } }
      return numbers.count == elements.count ? numbers : nil
    }
  }

  func strings(_ key: String) throws -> [String]? {
    try read(key, "an array of strings") { value in
      guard let elements = value.arrayValue else { return nil }
      let texts = elements.compactMap(\.stringValue)
      return texts.count == elements.count ? texts : nil
    }
  }

  func choice<Value: RawRepresentable & CaseIterable>(_ key: String) throws -> Value where Value.RawValue == String {
    let words = Value.allCases.map(\.rawValue)
    guard let text = try string(key) else { throw missing(key) }
    guard let value = Value(rawValue: text) else {
      throw UserError.file(
        "\(place): \(key): expected one of \(words.joined(separator: ", ")), found '\(text)'."
          + suggestion(for: text, in: words))
    }
    return value
  }

  /// An object from the ends of layers' names to values; PEFT also takes regular expressions, which are refused.
  func pattern<Value>(_ key: String, _ convert: (JSONValue) -> Value?) throws -> [String: Value] {
    guard let members = try read(key, "an object", { $0.objectValue?.members }) else { return [:] }
    var result: [String: Value] = [:]
    for (name, value) in members {
      guard name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." }) else {
        throw UserError.file("\(place): \(key): '\(name)' is a pattern; expected the end of a layer's name")
      }
      guard let value = convert(value) else { throw wrong(key, "numbers above 0") }
      result[name] = value
    }
    return result
  }
}

extension JSONValue {
  /// Whether an option is off.
  fileprivate var saysNothing: Bool {
    switch self {
    case .null, .bool(false): true
    case .array(let elements): elements.isEmpty
    case .object(let object): object.members.isEmpty
    default: false
    }
  }
}
