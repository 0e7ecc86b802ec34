import LanguageModels
import StrictJSON

/// The modules that `adapter_config.json` gives a part, as PEFT's `check_target_module_exists` selects them.
struct TargetSelection: Sendable, Equatable {
  /// `target_modules`; nil: the file does not say, so that its tensors decide.
  var targets: AdapterTargets?
  /// `exclude_modules`.
  var excluded: AdapterTargets?
  /// `modules_to_save`, which have no part.
  var saved: [String] = []
  /// `layers_to_transform`; nil: all.
  var layers: [Int]?
  /// `layers_pattern`: what precedes a layer's number in its name; empty: anything.
  var layerPatterns: [String] = []
  /// `target_parameters`: weights by their names, which get a part as linear layers do.
  var parameters: [String] = []

  /// Reads the selection.
  ///
  /// - Throws: `UserError` of kind `file`.
  init(_ file: AdapterReader) throws {
    (targets, excluded) = (try file.targets("target_modules"), try file.targets("exclude_modules"))
    saved = try file.strings("modules_to_save") ?? []
    layers = try file.indices("layers_to_transform").flatMap { $0.isEmpty ? nil : $0 }
    let patterns = try file.object["layers_pattern"]?.stringValue.map { [$0] } ?? file.strings("layers_pattern") ?? []
    layerPatterns = patterns.filter { !$0.isEmpty }
    parameters = try file.strings("target_parameters") ?? []
    if case .pattern = targets, layers != nil {
      throw file.wrong("layers_to_transform", "null beside a target_modules that is a pattern, as in PEFT")
    }
  }

  /// Whether the modules can be told from the file alone: they cannot where a pattern is beyond what Attune evaluates.
  var isEvaluated: Bool {
    [targets, excluded].allSatisfy { targets in
      if case .pattern(let pattern)? = targets { NamePattern(pattern) != nil } else { true }
    }
  }

  /// Whether a module's weight is named by `target_parameters`.
  func namesParameter(_ module: TargetModule) -> Bool {
    AdapterTargets.names(parameters).include(module.name + ".weight")
  }

  /// Whether a module has a part; nil where the file does not say, so that its tensors decide.
  func includes(_ module: TargetModule) -> Bool? {
    if namesParameter(module) { return true }
    guard isEvaluated else { return nil }
    let name = module.name
    if excluded?.include(name) ?? false { return false }
    if saved.contains(where: { ".\(name).".contains(".\($0).") }) { return false }
    switch targets {
    case nil: return nil
    case .all?: return module.kind == .layer
    case .pattern?: return targets?.include(name)
    case .names(let names)?:
      if names.contains(name) { return true }
      return targets?.include(name) ?? false && isOfLayers(module)
    }
  }

  private func isOfLayers(_ module: TargetModule) -> Bool {
    guard let layers else { return true }
    guard let layer = module.layer, layers.contains(layer) else { return false }
    return layerPatterns.isEmpty
      || layerPatterns.contains { pattern in
        NamePattern(pattern, after: "(?:^|.*?\\.)", before: "\\.\(layer)\\..*")?.matches(module.name) ?? true
      }
  }
}

extension TargetSelection {
  /// The members of `adapter_config.json` besides `target_modules` and `layers_to_transform` that a file had.
  var furtherMembers: [(key: String, value: JSONValue)] {
    let excludedValue: JSONValue? =
      switch excluded {
      case .names(let names): names.isEmpty ? nil : .strings(names)
      case .pattern(let pattern): .string(pattern)
      case .all, nil: nil
      }
    return (excludedValue.map { [("exclude_modules", $0)] } ?? [])
      + (layerPatterns.isEmpty ? [] : [("layers_pattern", .strings(layerPatterns))])
      + (parameters.isEmpty ? [] : [("target_parameters", .strings(parameters))])
  }
}

extension AdapterReader {
  /// Names of modules, a regular expression that whole names match, or `all-linear`; nil where the key is absent or null.
  ///
  /// - Throws: `UserError` of kind `file`.
  func targets(_ key: String) throws -> AdapterTargets? {
    guard let text = object[key]?.stringValue else { return try strings(key).map { .names($0) } }
    // PEFT's shorthand.
    return text.lowercased() == "all-linear" ? .all : .pattern(text)
  }
}
