import Diagnostics
import LanguageModels

/// A tensor of an adapter's file that no part of the adapter asks for, and why.
struct StrayTensor {
  private let name: String
  private let prefix: String
  private let model: DecoderConfiguration

  /// - Parameter prefix: what the names of the file's tensors start with.
  init(_ name: String, prefix: String, of model: DecoderConfiguration) {
    (self.name, self.prefix, self.model) = (name, prefix, model)
  }

  /// One message for each cause among some tensors, with the first of them and the number of the others.
  static func message(_ names: [String], prefix: String, of model: DecoderConfiguration, path: String) -> String {
    var causes: [(cause: String, names: [String])] = []
    // A file can hold any number of tensors.
    for name in names.prefix(500) {
      let cause = StrayTensor(name, prefix: prefix, of: model).cause
      if let index = causes.firstIndex(where: { $0.cause == cause }) {
        causes[index].names.append(name)
      } else {
        causes.append((cause, [name]))
      }
    }
    let shown = causes.prefix(8).map { cause, names in
      let others = names.count > 1 ? " (nor \(names.count > 2 ? "have \(names.count - 1) others" : "has another"))" : ""
      return "\(path): the tensor '\(names[0])' has no place in this \(model.family.modelType) model\(others): \(cause)"
    }
    var rest = causes.count > 8 ? ["\(path): and tensors without a place for \(causes.count - 8) more causes"] : []
    if names.count > 500 { rest.append("\(path): and \(names.count - 500) more tensors without a place") }
    return (shown + rest).joined(separator: "\n")
  }

  /// What keeps the tensor from being used.
  private var cause: String {
    if name.contains(".default.") || name.hasSuffix(".default") {
      return "it is named as in a running PEFT model, with the adapter's name in it; save it with save_pretrained"
    }
    guard name.hasPrefix(prefix) else {
      return "its name does not start with '\(prefix)', as the names of such an adapter do"
    }
    let own = String(name.dropFirst(prefix.count))
    if let layer = layer(of: own), layer >= model.layerCount {
      return "the model has \(model.layerCount) layer\(model.layerCount == 1 ? "" : "s"), and it is of layer \(layer); "
        + "the adapter was made for a deeper base"
    }
    guard let (module, rest) = module(of: own) else {
      let known = Array(Set(modules.map(role))).sorted()
      return
        "there is no such module; the adapter was made for another base.\(suggestion(for: nearestRole(own), in: known))"
    }
    return cause(module, rest)
  }

  private func cause(_ module: String, _ rest: String) -> String {
    for (mark, method) in Self.methods where rest.contains(mark) {
      return "it is \(method), and adapter_config.json describes another method or does not ask for it at \(module)"
    }
    if rest.hasPrefix("base_layer.") {
      return "it is the base's own weight beside a part of the adapter, and \(module) has no part"
    }
    if ["weight", "bias"].contains(rest) {
      let hasWeight = model.weights.contains { $0.name == "\(module).\(rest)" }
      return hasWeight
        ? "\(module) has a part of the adapter, and PEFT keeps the weight beside it as '\(module).base_layer.\(rest)'"
        : "\(module) has no \(rest) in this model"
    }
    return "'\(rest)' is nothing that Attune reads at \(module)"
  }

  /// What tensors of PEFT's methods are called. The first mark that a name contains decides.
  private static let methods = [
    ("lora_B.bias", "the bias of lora_bias"), ("lora_magnitude_vector", "the magnitude of DoRA (use_dora)"),
    ("lora_embedding_", "a factor of LoRA at an embedding"), ("base_layer.lora_", "LoRA at a second parameter"),
    ("lora_E", "of AdaLoRA"), ("lora_diag", "of KaSA"), ("lora_", "a factor of LoRA"), ("ia3_", "a factor of IA3"),
    ("trainable_tokens_delta", "rows of trainable_token_indices"), ("hada_", "of LoHa"), ("lokr_", "of LoKr"),
    ("oft_", "of OFT"), ("boft_", "of BOFT"), ("vera_", "of VeRA"), ("adapter.", "of a bottleneck adapter"),
  ]

  /// The names of all modules that have a weight.
  private var modules: [String] {
    let names = model.weights.map(\.name) + [model.vocabularyHead.name]
    return names.map { String($0[..<($0.lastIndex(of: ".") ?? $0.endIndex)]) }
  }

  /// The module that a tensor belongs to, and the rest of its name.
  private func module(of own: String) -> (module: String, rest: String)? {
    modules.first { own.hasPrefix($0 + ".") }.map { ($0, String(own.dropFirst($0.count + 1))) }
  }

  /// The number of the layer that a name is of: the first number between dots.
  private func layer(of own: String) -> Int? { own.split(separator: ".").lazy.compactMap { Int($0) }.first }

  private func role(of module: String) -> String { module.split(separator: ".").last.map(String.init) ?? module }

  /// The part of a name that stands before what a method adds.
  private func nearestRole(_ own: String) -> String {
    let parts = own.split(separator: ".").map(String.init)
    let added = parts.firstIndex { part in Self.methods.contains { part.hasPrefix($0.0) } || part == "weight" }
    return parts[..<(added ?? parts.count)].last ?? own
  }
}
