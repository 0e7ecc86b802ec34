import Checkpoints
import Diagnostics
import Foundation
import InputFiles
import LanguageModels

/// What a file or folder of weights holds, without the numbers themselves.
struct Inspection {
  /// The file or folder.
  let path: String
  /// `model`, `adapter`, `checkpoint`, or `tensors` for a single safetensors file.
  let kind: String
  /// The form in which it is stored.
  let form: String
  /// The tensors by group, ordered by name within each group.
  var groups: [(name: String, tensors: [TensorDescription])]
  /// The texts of configurations, with the names that the output gives them.
  var configurations: [(name: String, text: String)] = []
  /// The chat template's name.
  var template: String?
  /// The resolved recipe.
  var recipe: String?
  /// Where it came from: program version, base model and the like.
  var provenance: [String: String] = [:]
  /// The state of a training run.
  var state: [String: StateValue] = [:]
  /// The small files, including the tokenizer, with their sizes.
  var files: [(name: String, byteCount: Int)] = []

  /// What the adapter is, or why it cannot be used; nil for a model.
  var adapter: AdapterSummary?

  /// Reads the description of a file or folder, not the tensors' values.
  ///
  /// - Throws: `UserError` of kind `file`.
  init(of url: URL) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
      throw missingFile(url.relativePath, "there is no such file or folder")
    }
    if isFolder.boolValue {
      try self.init(folder: WeightsSource.open(url))
    } else if url.pathExtension == "safetensors" {
      try self.init(SafetensorsFile(url))
    } else {
      try self.init(AttuneFile(url))
      if groups.contains(where: { $0.name == TensorGroup.adapter.rawValue }) {
        adapter = AdapterSummary(try WeightsSource.adapter(at: url))
      }
    }
  }

  private init(folder source: WeightsSource) throws {
    let contents = try source.contents()
    (path, kind) = (source.path, source.kind.rawValue)
    form = source.kind == .model ? "Hugging Face folder" : "PEFT folder"
    groups = [(kind, source.tensors)]
    configurations = [(source.kind == .model ? "configuration" : "adapter_configuration", source.configuration)]
    (template, recipe, provenance) = (contents.template, contents.recipe, contents.provenance)
    if source.kind == .adapter { adapter = AdapterSummary(source) }
    files = contents.files.map { ($0.key, $0.value.count) }
    if let text = contents.tokenizer { files.append(("tokenizer.json", text.utf8.count)) }
    files.sort { $0.name < $1.name }
  }

  private init(_ file: SafetensorsFile) {
    (path, kind, form) = (file.path, "tensors", "safetensors file")
    groups = [(kind, file.tensors)]
    provenance = file.metadata
  }

  private init(_ file: AttuneFile) throws {
    (path, kind, form) = (file.path, file.kind.rawValue, "Attune HDF5 file")
    groups = file.groups.map { ($0.rawValue, file.tensors(in: $0).tensors) }
    for entry in [TextEntry.configuration, .adapterConfiguration] {
      if let text = try file.text(entry) { configurations.append((entry.rawValue, text)) }
    }
    (template, recipe) = (try file.text(.template), try file.text(.recipe))
    (provenance, state) = (file.provenance, file.state)
    files = try file.fileNames.map { ($0, try file.file($0).count) }
    if let text = try file.text(.tokenizer) { files.append(("tokenizer.json", text.utf8.count)) }
    files.sort { $0.name < $1.name }
  }

  /// Whether it is a reward model, or an adapter that turns a model into one.
  var isRewardModel: Bool { groups.contains { $0.tensors.contains { $0.name.hasSuffix(OutputHead.scoreWeight) } } }

  /// The number of elements in the model's or adapter's tensors, not counting the optimizer's.
  var parameterCount: Int {
    groups.filter { !$0.name.hasPrefix("optimizer/") }.flatMap(\.tensors).reduce(0) { $0 + $1.elementCount }
  }

  /// The size of all tensors.
  var byteCount: Int { groups.flatMap(\.tensors).reduce(0) { $0 + $1.byteCount } }
}
