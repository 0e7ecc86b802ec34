import Diagnostics
import StrictJSON

/// Selects the files of a model to fetch: configuration, tokenizer, chat template and safetensors at the top level.
/// Files in subfolders and other forms of the same weights are not fetched.
enum NeededFiles {
  /// The index of weights that are spread over several files.
  static let index = "model.safetensors.index.json"

  /// Configuration, tokenizer and chat template.
  static func small(in files: [HubFile]) -> [HubFile] {
    let names = [
      "config.json", "generation_config.json", "adapter_config.json", "special_tokens_map.json", "added_tokens.json",
      "vocab.json", "vocab.txt", "merges.txt", "tekken.json", "tiktoken.model", "chat_template.jinja",
      "chat_template.json",
    ]
    return files.filter { file in
      let isTokenizer =
        (file.name.hasPrefix("tokenizer") && [".json", ".model"].contains(where: file.name.hasSuffix)
          || file.name.hasSuffix(".tiktoken")) && !file.name.contains("/")
      return names.contains(file.name) || isTokenizer
    }
  }

  /// Whether the weights are spread over the files that ``index`` lists.
  static func needsIndex(_ files: [HubFile]) -> Bool {
    let names = Set(files.map(\.name))
    return !names.contains("model.safetensors") && names.contains(index)
  }

  /// The weights: `model.safetensors` or an adapter's `adapter_model.safetensors`, otherwise the files that the index
  /// lists, otherwise every `*.safetensors`.
  ///
  /// - Parameter contents: the index, if ``needsIndex(_:)`` is true.
  /// - Throws: `UserError` of kind `file` if there are no weights, or the index names a missing file.
  static func weights(in files: [HubFile], index contents: [UInt8]?, model: ModelReference) throws -> [HubFile] {
    let top = files.filter { $0.name.hasSuffix(".safetensors") && !$0.name.contains("/") }
    if let contents { return try listed(in: contents, of: top, model) }
    for name in ["model.safetensors", "adapter_model.safetensors"] {
      if let single = top.first(where: { $0.name == name }) { return [single] }
    }
    guard top.isEmpty else { return top }
    let others = files.map(\.name).filter { name in [".bin", ".gguf", ".pth", ".h5"].contains(where: name.hasSuffix) }
    throw UserError.file(
      "\(model) has no safetensors"
        + (others.isEmpty ? "" : ", only other forms (\(others.prefix(3).joined(separator: ", ")))")
        + "; Attune reads only safetensors, so look for another revision or a copy of the model that has them")
  }

  private static func listed(in contents: [UInt8], of files: [HubFile], _ model: ModelReference) throws -> [HubFile] {
    let root: JSONValue
    do {
      root = try JSONValue(parsing: contents, maximumDepth: 8)
    } catch let error as JSONError {
      throw UserError.file(error.message(in: "\(index) of \(model)"))
    }
    let names = Set((root["weight_map"]?.objectValue?.members ?? []).compactMap { $0.value.stringValue })
    guard !names.isEmpty else { throw UserError.file("\(index) of \(model): has no weight_map from tensors to files") }
    return try names.sorted().map { name in
      guard let file = files.first(where: { $0.name == name }) else {
        throw UserError.file("\(index) of \(model): names the file '\(name)', which the hub does not list")
      }
      return file
    }
  }
}
